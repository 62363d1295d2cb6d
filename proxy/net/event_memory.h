/* SPDX-License-Identifier: Apache-2.0 */
/*
 * event_memory -- where libevent gets memory.
 *
 * It keeps a few dozen bytes for each descriptor that there ever was (evmap.c,
 * struct evmap_io), made together with the first connection that had it.  On the
 * heap they would lie between what such connections need, and when those have
 * gone, each would hold its page: of 10,000 idle callers all memory stayed.  So
 * what is small is kept together.
 */
#ifndef NET_EVENT_MEMORY_H
#define NET_EVENT_MEMORY_H

/* Before anything else is asked of libevent. */
void event_memory_init(void);

#endif
