/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pages -- what only beginning took: the configuration's memory, and the pages of
 * programs and libraries that were read on the way.
 */
#ifndef NET_PAGES_H
#define NET_PAGES_H

/* Give it back to the system; pages that are needed after all are mapped again
 * when they are. */
void pages_give_back(void);

#endif
