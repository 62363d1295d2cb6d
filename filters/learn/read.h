/* SPDX-License-Identifier: Apache-2.0 */
/* read -- how lessons look into a request; what does not fit says nothing. */
#ifndef LEARN_READ_H
#define LEARN_READ_H

#include "learn/lesson.h"

/* Of what the lesson's from names: a text; each text of a list; each name of a
 * map; each "name=value" of a map; that it is true; that there is anything; a
 * number; a member of each item of a list. */
lesson_read_fn read_text, read_each, read_keys, read_options, read_true,
    read_any, read_number, read_names, read_drivers, read_paths;

/* An integer, as JSON or as a query has it; 0 if it is none. */
long long read_integer(const json_t *value);

/* Who is dialled, and which images are meant (read_images.c). */
lesson_read_fn read_registry, read_term, read_server, read_images,
    read_image_ids, read_made, read_image_name;

/* What is mounted (read_mounts.c). */
lesson_read_fn read_binds, read_missing, read_mount_drivers, read_mount_options,
    read_propagation, read_tmpfs_sizes, read_image_mounts;

/* What containers join and publish (read_network.c). */
lesson_read_fn read_is_host, read_joins, read_containers, read_static_address,
    read_host_gateway, read_subnets, read_host_ports, read_host_ip,
    read_build_network, read_extra_hosts;

/* The rest of a container (read_container.c). */
lesson_read_fn read_call, read_mode, read_capabilities, read_security_option,
    read_seccomp_inline, read_unmasked, read_cpus, read_build_cpus,
    read_buildkit, read_root, read_user_name, read_no_healthcheck;

#endif
