/* SPDX-License-Identifier: Apache-2.0 */
/* framing -- how the end of a body is told. */
#ifndef HTTP_FRAMING_H
#define HTTP_FRAMING_H

enum framing {
	FRAMING_NONE = 0, /* no body */
	FRAMING_LENGTH,
	FRAMING_CHUNKED,
	FRAMING_CLOSE, /* until the sender ends */
};

#endif
