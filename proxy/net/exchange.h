/* SPDX-License-Identifier: Apache-2.0 */
/*
 * exchange -- one call, from its head to the end of its answer.
 *
 *   HEAD -> BODY -> FACTS -> SIFT -> DIAL -> REPLY -> RELAY -> FLUSH -> OVER
 *     |       |       |        |       |       |  |                ^
 *     +-------+-------+--------+-------+-------+--|---- refused ---+
 *                                                 +----> TUNNEL ---------> OVER
 *
 * Nothing goes to the engine before the call was judged and its record is
 * written; nothing but what was judged goes there at all.
 */
#ifndef NET_EXCHANGE_H
#define NET_EXCHANGE_H

#include <stddef.h>

#include "net/io.h"

struct client;
struct exchange;

/* Begin the call whose head is the first len bytes of the client's input,
 * which are taken from there.  Sets client->exchange, or closes the client
 * when out of memory. */
void exchange_begin(struct client *client, const char *head, size_t len);

/* Answer status and text, with its record, to what is no call at all, and
 * close the connection after. */
void exchange_refuse(struct client *client, int status, const char *text);

/* News of the client's connection. */
void exchange_on_client(struct exchange *exchange, enum io_event event);

/* The client's timer is due. */
void exchange_on_timer(struct exchange *exchange);

/* The client is gone: end the call.  NULL is nothing. */
void exchange_close(struct exchange *exchange, const char *reason);

#endif
