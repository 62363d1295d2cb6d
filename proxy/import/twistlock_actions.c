/* SPDX-License-Identifier: Apache-2.0 */
#include "import/twistlock_actions.h"

#include <string.h>

/* The plugin's names.  What is not here has none: the plugin does not know it,
 * or looks for it under another method (/events, export). */
struct known_call {
	enum http_method method;
	const char *path, *name;
};

static const struct known_call actions[] = {
#define ACTION(method, path, name)                                             \
	{                                                                      \
		METHOD_##method, path, name                                    \
	}
    ACTION(POST, "/auth", "docker_auth"),
    ACTION(POST, "/build", "image_build"),
    ACTION(POST, "/commit", "container_commit"),
    ACTION(GET, "/_ping", "docker_ping"),
    ACTION(GET, "/info", "docker_info"),
    ACTION(GET, "/version", "docker_version"),
    ACTION(POST, "/containers/create", "container_create"),
    ACTION(GET, "/containers/json", "container_list"),
    ACTION(DELETE, "/containers/{container}", "container_delete"),
    ACTION(GET, "/containers/{container}/archive", "container_archive"),
    ACTION(HEAD, "/containers/{container}/archive", "container_archive_info"),
    ACTION(PUT, "/containers/{container}/archive", "container_archive_extract"),
    ACTION(POST, "/containers/{container}/attach", "container_attach"),
    ACTION(
	GET, "/containers/{container}/attach/ws", "container_attach_websocket"),
    ACTION(GET, "/containers/{container}/changes", "container_changes"),
    ACTION(POST, "/containers/{container}/exec", "container_exec_create"),
    ACTION(GET, "/containers/{container}/json", "container_inspect"),
    ACTION(POST, "/containers/{container}/kill", "container_kill"),
    ACTION(GET, "/containers/{container}/logs", "container_logs"),
    ACTION(POST, "/containers/{container}/pause", "container_pause"),
    ACTION(POST, "/containers/{container}/rename", "container_rename"),
    ACTION(POST, "/containers/{container}/resize", "container_resize"),
    ACTION(POST, "/containers/{container}/restart", "container_restart"),
    ACTION(POST, "/containers/{container}/start", "container_start"),
    ACTION(GET, "/containers/{container}/stats", "container_stats"),
    ACTION(POST, "/containers/{container}/stop", "container_stop"),
    ACTION(GET, "/containers/{container}/top", "container_top"),
    ACTION(POST, "/containers/{container}/unpause", "container_unpause"),
    ACTION(POST, "/containers/{container}/wait", "container_wait"),
    ACTION(GET, "/exec/{exec}/json", "container_exec_inspect"),
    ACTION(POST, "/exec/{exec}/start", "container_exec_start"),
    ACTION(POST, "/images/create", "image_create"),
    ACTION(GET, "/images/json", "image_list"),
    ACTION(POST, "/images/load", "images_load"),
    ACTION(GET, "/images/search", "images_search"),
    ACTION(DELETE, "/images/{image}", "image_delete"),
    ACTION(GET, "/images/{image}/get", "images_archive"),
    ACTION(GET, "/images/{image}/history", "image_history"),
    ACTION(GET, "/images/{image}/json", "image_inspect"),
    ACTION(POST, "/images/{image}/push", "image_push"),
    ACTION(POST, "/images/{image}/tag", "image_tag"),
    ACTION(GET, "/networks", "network_list"),
    ACTION(POST, "/networks/create", "network_create"),
    ACTION(DELETE, "/networks/{network}", "network_remove"),
    ACTION(GET, "/networks/{network}", "network_inspect"),
    ACTION(POST, "/networks/{network}/connect", "network_connect"),
    ACTION(POST, "/networks/{network}/disconnect", "network_disconnect"),
    ACTION(GET, "/volumes", "volume_list"),
    ACTION(POST, "/volumes/create", "volume_create"),
    ACTION(DELETE, "/volumes/{volume}", "volume_remove"),
    ACTION(GET, "/volumes/{volume}", "volume_inspect"),
#undef ACTION
};

const char *
twistlock_action(const struct call *call)
{
	for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++) {
		if (actions[i].method == call->method &&
		    strcmp(actions[i].path, call->path) == 0)
			return actions[i].name;
	}
	return "";
}
