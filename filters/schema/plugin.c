/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bodies of the plugin calls: what a plugin is granted, and its settings;
 * and the config.json of a plugin, in the archive that plugin.create sends.
 */
#include "schema/shapes.h"

/* Tables: one row a line. */
/* clang-format off */

STRUCT(privilege,
    MEMBER("Name", shape_string),
    MEMBER("Description", shape_string),
    MEMBER("Value", shape_strings));

const struct shape shape_plugin_privileges = {
    .kind = SHAPE_LIST, .of = &privilege};
const struct shape shape_plugin_set = {
    .kind = SHAPE_LIST, .of = &shape_string};

STRUCT(interface,
    MEMBER("protocolscheme", shape_string),
    MEMBER("socket", shape_string),
    MEMBER("types", shape_strings));

STRUCT(process_user,
    MEMBER("gid", shape_uint32),
    MEMBER("uid", shape_uint32));

STRUCT(plugin_network,
    MEMBER("type", shape_string));

STRUCT(plugin_mount,
    MEMBER("description", shape_string),
    MEMBER("destination", shape_string),
    MEMBER("name", shape_string),
    MEMBER("options", shape_strings),
    MEMBER("settable", shape_strings),
    MEMBER("source", shape_string),
    MEMBER("type", shape_string));

LIST_OF(plugin_mounts, plugin_mount);

STRUCT(plugin_device,
    MEMBER("description", shape_string),
    MEMBER("name", shape_string),
    MEMBER("path", shape_string),
    MEMBER("settable", shape_strings));

LIST_OF(plugin_devices, plugin_device);

STRUCT(plugin_linux,
    MEMBER("allowalldevices", shape_bool),
    MEMBER("capabilities", shape_strings),
    MEMBER("devices", plugin_devices));

STRUCT(plugin_variable,
    MEMBER("description", shape_string),
    MEMBER("name", shape_string),
    MEMBER("settable", shape_strings),
    MEMBER("value", shape_string));

LIST_OF(plugin_variables, plugin_variable);

STRUCT(plugin_arguments,
    MEMBER("description", shape_string),
    MEMBER("name", shape_string),
    MEMBER("settable", shape_strings),
    MEMBER("value", shape_strings));

STRUCT(plugin_root,
    MEMBER("diff_ids", shape_strings),
    MEMBER("type", shape_string));

/* In lower case: core/tar_plugin.c says why. */
PUBLIC_STRUCT(plugin_config,
    MEMBER("args", plugin_arguments),
    MEMBER("description", shape_string),
    MEMBER("dockerversion", shape_string),
    MEMBER("documentation", shape_string),
    MEMBER("entrypoint", shape_strings),
    MEMBER("env", plugin_variables),
    MEMBER("interface", interface),
    MEMBER("ipchost", shape_bool),
    MEMBER("linux", plugin_linux),
    MEMBER("mounts", plugin_mounts),
    MEMBER("network", plugin_network),
    MEMBER("pidhost", shape_bool),
    MEMBER("propagatedmount", shape_string),
    MEMBER("rootfs", plugin_root),
    MEMBER("user", process_user),
    MEMBER("workdir", shape_string));
