/* SPDX-License-Identifier: Apache-2.0 */
/* systemd -- sockets that the service manager opened for us:
 * sd_listen_fds(3), without its library. */
#ifndef NET_SYSTEMD_H
#define NET_SYSTEMD_H

#include "errmsg.h"

/* A copy, the caller's, of the listening descriptor of that
 * FileDescriptorName=, close-on-exec and non-blocking; "" is the only one there
 * is.  -1 with the reason. */
int systemd_listen_fd(const char *name, struct errmsg *err);

#endif
