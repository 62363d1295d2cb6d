/* SPDX-License-Identifier: Apache-2.0 */
/*
 * limit -- the most of everything that a client, or the daemon, can make us
 * hold.  What an operator may want to change is a setting instead (see
 * conf/sockwarden.yaml); these are what the code relies on.
 */
#ifndef LIMIT_H
#define LIMIT_H

/* Read from a socket at once.  64 KiB moves bulk data at nearly the speed of
 * larger buffers and is shared by all connections. */
#define LIMIT_READ_TURN (64 * 1024)

/* Stop reading one side while this much waits to be written to the other;
 * go on when less than LIMIT_OUTPUT_LOW is left. */
#define LIMIT_OUTPUT (256 * 1024)
#define LIMIT_OUTPUT_LOW (64 * 1024)

/* Handed to OpenSSL at once: four records. */
#define LIMIT_WRITE_TLS (64 * 1024)

/* A request head, and the bytes a client may send ahead of its turn (behind a
 * request, or before a hijack is proven). */
#define LIMIT_HEAD (32 * 1024)
#define LIMIT_AHEAD (64 * 1024)

/* A body of a call that has none: options of a library (dockerode).  A megabyte
 * of brackets would be fifty of JSON. */
#define LIMIT_NO_BODY (16 * 1024)

/* A reply head of the daemon: X-Docker-Container-Path-Stat is the longest. */
#define LIMIT_REPLY_HEAD (64 * 1024)

/* A reply that we change (container.create, version) or ask for ourselves
 * (/info).  The largest seen is the /info of a swarm manager, 40 KiB. */
#define LIMIT_REPLY_JSON (1024 * 1024)

/* What filters may ask about for one call: this many facts, in this many rounds
 * (an exec's container, a container's networks), within this time.  A fact that
 * was not looked up is absent, which refuses what depends on it. */
#define LIMIT_FACTS 128
#define LIMIT_FACT_ROUNDS 4
#define LIMIT_FACTS_MS (30 * 1000)

/* Refused with a body still coming: read and forget this much, for this
 * long, so that the refusal is not lost to a reset (RFC 9112, 9.6). */
#define LIMIT_LINGER_BYTES (256 * 1024)
#define LIMIT_LINGER_MS 2000

/* A stream that the client uploads (build, load, cp) may pause this long. */
#define LIMIT_UPLOAD_PAUSE_MS (10 * 60 * 1000)

/* After one side of a tunnel or of an endless reply has ended, the other may
 * be silent this long. */
#define LIMIT_HALF_CLOSED_MS (5 * 60 * 1000)

/* The Docker socket may refuse a burst of connects with EAGAIN: try again
 * after this, until the connect timeout. */
#define LIMIT_CONNECT_RETRY_MS 5

/* Connections to the engine that wait for another call, and how long.  An engine
 * closes none of them by itself; they are kept for as long as calls come one
 * after the other. */
#define LIMIT_POOL 256
#define LIMIT_POOL_IDLE_MS 5000

/* Out of descriptors: stop accepting for this long. */
#define LIMIT_ACCEPT_PAUSE_MS 100

/* Freed memory that we keep, and how long after a connection has ended we look
 * for more than that. */
#define LIMIT_SPARE (1024 * 1024)
#define LIMIT_SPARE_MS 1000

/* Descriptors kept for files, the upstream side and the unforeseen. */
#define LIMIT_FD_RESERVE 64

/* Processes that serve. */
#define LIMIT_WORKERS 64

/* A worker that has more callers than another leaves new ones to it for this
 * long. */
#define LIMIT_DEFER_MS 1

/* Parts of a path that is looked at for links (host_path.h). */
#define LIMIT_PATH_DEPTH 128

/* Uploads that are judged while they stream, all at once: each has a process
 * (sieve/sieve.h) of at most this much memory, which xz and zstd need a part
 * of, and of CPU time enough for a terabyte. */
#define LIMIT_SIEVES 64
#define LIMIT_SIEVES_OF_TEAM 16 /* so that no team has all of them */
#define LIMIT_SIFTED (1024 * 1024) /* before the engine hears of it */
#define LIMIT_SIEVE_MEMORY (1024UL * 1024 * 1024)
#define LIMIT_SIEVE_CPU_SECONDS 3600
#define LIMIT_SIEVE_RULES (16 * 1024 * 1024) /* lists of 100,000 images */
#define LIMIT_SIEVE_VERDICT (16 * 1024)

#endif
