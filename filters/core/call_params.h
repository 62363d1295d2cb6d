/* SPDX-License-Identifier: Apache-2.0 */
/*
 * call_params -- the query parameters of calls, as calls.def names them:
 * params_<id>.  Known keys only; what is not here is refused.
 */
#ifndef CALL_PARAMS_H
#define CALL_PARAMS_H

#include "call.h"
#include "schema.h"

/* Tables: one row a line. */
/* clang-format off */

#define TEXT(key) {.name = key, .kind = PARAM_STRING}
#define FLAG(key) {.name = key, .kind = PARAM_BOOL}
#define NUMBER(key) {.name = key, .kind = PARAM_INT}
#define MANY(key) {.name = key, .kind = PARAM_LIST}
#define JSON(key, what) {.name = key, .kind = PARAM_JSON, .shape = &what}
#define PLATFORMS(key)                                                         \
	{.name = key, .kind = PARAM_LIST, .shape = &shape_platform}
#define FILTERS JSON("filters", shape_filters)
#define PARAMS(id, ...)                                                        \
	static const struct call_param params_##id[] = {__VA_ARGS__, {.name = NULL}}

static const struct call_param params_no[] = {{.name = NULL}};
PARAMS(events, TEXT("since"), TEXT("until"), FILTERS);
PARAMS(df, MANY("type"), FLAG("verbose"));
PARAMS(filters, FILTERS);
PARAMS(force, FLAG("force"));
PARAMS(id, TEXT("id"));
PARAMS(name, TEXT("name"));
PARAMS(remote, TEXT("remote"));
PARAMS(path, TEXT("path"));
PARAMS(dir, TEXT("dir"));
PARAMS(size, FLAG("size"));
PARAMS(version, NUMBER("version"));

PARAMS(container_list, FLAG("all"), NUMBER("limit"), FLAG("size"),
    TEXT("since"), TEXT("before"), FLAG("trunc_cmd"), FILTERS);
PARAMS(create, TEXT("name"), TEXT("platform"));
PARAMS(top, TEXT("ps_args"));
PARAMS(logs, FLAG("follow"), FLAG("stdout"), FLAG("stderr"), TEXT("since"),
    TEXT("until"), TEXT("tail"), FLAG("timestamps"), FLAG("details"),
    TEXT("format"));
PARAMS(stats, FLAG("stream"), FLAG("one-shot"));
PARAMS(resize, NUMBER("h"), NUMBER("w"));
PARAMS(start, TEXT("detachKeys"), TEXT("checkpoint"), TEXT("checkpoint-dir"));
PARAMS(stop, NUMBER("t"), TEXT("signal"));
PARAMS(kill, TEXT("signal"));
PARAMS(rename, TEXT("name"));
PARAMS(attach, FLAG("stream"), FLAG("stdin"), FLAG("stdout"), FLAG("stderr"),
    FLAG("logs"), TEXT("detachKeys"));
PARAMS(wait, TEXT("condition"));
PARAMS(container_remove, FLAG("v"), FLAG("force"), FLAG("link"));
PARAMS(archive_put, TEXT("path"), FLAG("noOverwriteDirNonDir"),
    FLAG("copyUIDGID"));
PARAMS(commit, TEXT("container"), TEXT("repo"), TEXT("tag"), TEXT("comment"),
    TEXT("author"), FLAG("pause"), MANY("changes"));

PARAMS(image_list, FLAG("all"), FILTERS, FLAG("digests"),
    FLAG("shared-size"), FLAG("manifests"), FLAG("identity"), TEXT("filter"));
PARAMS(search, TEXT("term"), NUMBER("limit"), FILTERS);
PARAMS(image_export, MANY("names"), PLATFORMS("platform"));
PARAMS(image_create, TEXT("fromImage"), TEXT("fromSrc"), TEXT("tag"),
    TEXT("repo"), TEXT("message"), MANY("changes"), TEXT("platform"));
PARAMS(image_load, FLAG("quiet"), PLATFORMS("platform"));
PARAMS(image_platform, JSON("platform", shape_platform));
PARAMS(image_platforms, PLATFORMS("platform"));
PARAMS(image_inspect, FLAG("manifests"), JSON("platform", shape_platform),
    FLAG("size"));
PARAMS(image_attestations, JSON("platform", shape_platform), TEXT("type"),
    FLAG("statement"));
PARAMS(image_push, TEXT("tag"), JSON("platform", shape_platform));
PARAMS(image_tag, TEXT("repo"), TEXT("tag"), FLAG("force"));
PARAMS(image_remove, FLAG("force"), FLAG("noprune"), PLATFORMS("platforms"));

PARAMS(build, MANY("t"), TEXT("dockerfile"), TEXT("remote"),
    TEXT("networkmode"), TEXT("cgroupparent"), MANY("securityopt"),
    MANY("extrahosts"), JSON("buildargs", shape_build_args),
    JSON("labels", shape_string_map), JSON("ulimits", shape_ulimits),
    NUMBER("shmsize"), NUMBER("memory"), NUMBER("memswap"),
    NUMBER("cpushares"), NUMBER("cpuperiod"), NUMBER("cpuquota"),
    TEXT("cpusetcpus"), TEXT("cpusetmems"), JSON("cachefrom", shape_strings),
    FLAG("pull"), FLAG("q"), FLAG("nocache"), FLAG("rm"), FLAG("forcerm"),
    FLAG("squash"), TEXT("target"), TEXT("platform"), TEXT("isolation"),
    TEXT("session"), TEXT("buildid"), TEXT("version"),
    JSON("outputs", shape_outputs));
PARAMS(build_prune, FILTERS, FLAG("all"), NUMBER("keep-storage"),
    NUMBER("reserved-space"), NUMBER("max-used-space"),
    NUMBER("min-free-space"));

PARAMS(network_inspect, FLAG("verbose"), TEXT("scope"));
PARAMS(plugin_pull, TEXT("remote"), TEXT("name"));
PARAMS(plugin_enable, NUMBER("timeout"));
PARAMS(swarm_update, NUMBER("version"), FLAG("rotateWorkerToken"),
    FLAG("rotateManagerToken"), FLAG("rotateManagerUnlockKey"));
PARAMS(service_list, FILTERS, FLAG("status"));
PARAMS(service_inspect, FLAG("insertDefaults"));
PARAMS(service_update, NUMBER("version"), TEXT("registryAuthFrom"),
    TEXT("rollback"));

#undef JSON
#endif
