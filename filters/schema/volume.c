/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bodies of volume.create and volume.update.
 */
#include "schema/shapes.h"

/* Tables: one row a line. */
/* clang-format off */

STRUCT(mount_volume,
    MEMBER("FsType", shape_string),
    MEMBER("MountFlags", shape_strings));

STRUCT(access_mode,
    MEMBER("Scope", shape_string),
    MEMBER("Sharing", shape_string),
    MEMBER("MountVolume", mount_volume),
    MEMBER("BlockVolume", shape_empty));

STRUCT(requisite,
    MEMBER("Segments", shape_string_map));

LIST_OF(requisites, requisite);

STRUCT(accessibility_requirements,
    MEMBER("Requisite", requisites),
    MEMBER("Preferred", requisites));

STRUCT(capacity_range,
    MEMBER("RequiredBytes", shape_int),
    MEMBER("LimitBytes", shape_int));

STRUCT(secret,
    MEMBER("Key", shape_string),
    MEMBER("Secret", shape_string));

LIST_OF(secrets, secret);

STRUCT(cluster_volume_spec,
    MEMBER("Group", shape_string),
    MEMBER("AccessMode", access_mode),
    MEMBER("AccessibilityRequirements", accessibility_requirements),
    MEMBER("CapacityRange", capacity_range),
    MEMBER("Secrets", secrets),
    MEMBER("Availability", shape_string));

PUBLIC_STRUCT(volume_create,
    MEMBER("Name", shape_string),
    MEMBER("Driver", shape_string),
    MEMBER("DriverOpts", shape_string_map),
    MEMBER("Labels", shape_string_map),
    MEMBER("ClusterVolumeSpec", cluster_volume_spec));

PUBLIC_STRUCT(volume_update,
    MEMBER("Spec", cluster_volume_spec));
