/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The body of service.create and service.update.
 */
#include "schema/shapes.h"

/* Tables: one row a line. */
/* clang-format off */

STRUCT(dns_config,
    MEMBER("Nameservers", shape_strings),
    MEMBER("Search", shape_strings),
    MEMBER("Options", shape_strings));

STRUCT(file,
    MEMBER("Name", shape_string),
    MEMBER("UID", shape_string),
    MEMBER("GID", shape_string),
    MEMBER("Mode", shape_uint32));

STRUCT(secret,
    MEMBER("File", file),
    MEMBER("SecretID", shape_string),
    MEMBER("SecretName", shape_string));

LIST_OF(secrets, secret);

STRUCT(credential_spec,
    MEMBER("File", shape_string),
    MEMBER("Registry", shape_string),
    MEMBER("Config", shape_string));

STRUCT(se_linux_context,
    MEMBER("Disable", shape_bool),
    MEMBER("User", shape_string),
    MEMBER("Role", shape_string),
    MEMBER("Type", shape_string),
    MEMBER("Level", shape_string));

STRUCT(seccomp,
    MEMBER("Mode", shape_string),
    MEMBER("Profile", shape_string));

STRUCT(app_armor,
    MEMBER("Mode", shape_string));

STRUCT(privileges,
    MEMBER("CredentialSpec", credential_spec),
    MEMBER("SELinuxContext", se_linux_context),
    MEMBER("Seccomp", seccomp),
    MEMBER("AppArmor", app_armor),
    MEMBER("NoNewPrivileges", shape_bool));

STRUCT(config,
    MEMBER("File", file),
    MEMBER("ConfigID", shape_string),
    MEMBER("ConfigName", shape_string),
    MEMBER("Runtime", shape_empty));

LIST_OF(configs, config);

STRUCT(container_spec,
    MEMBER("Image", shape_string),
    MEMBER("Labels", shape_string_map),
    MEMBER("Command", shape_strings),
    MEMBER("Args", shape_strings),
    MEMBER("Env", shape_strings),
    MEMBER("Dir", shape_string),
    MEMBER("User", shape_string),
    MEMBER("Mounts", shape_mounts),
    MEMBER("StopGracePeriod", shape_int),
    MEMBER("Hostname", shape_string),
    MEMBER("Groups", shape_strings),
    MEMBER("TTY", shape_bool),
    MEMBER("OpenStdin", shape_bool),
    MEMBER("Healthcheck", shape_healthcheck),
    MEMBER("Hosts", shape_strings),
    MEMBER("DNSConfig", dns_config),
    MEMBER("Secrets", secrets),
    MEMBER("StopSignal", shape_string),
    MEMBER("ReadOnly", shape_bool),
    MEMBER("Privileges", privileges),
    MEMBER("Configs", configs),
    MEMBER("Isolation", shape_string),
    MEMBER("Init", shape_bool),
    MEMBER("Sysctls", shape_string_map),
    MEMBER("CapabilityAdd", shape_strings),
    MEMBER("CapabilityDrop", shape_strings),
    MEMBER("Ulimits", shape_ulimits),
    MEMBER("OomScoreAdj", shape_int));

STRUCT(named_resource_spec,
    MEMBER_UNTIL("Kind", shape_string, 40),
    MEMBER_UNTIL("Value", shape_string, 40));

STRUCT(discrete_resource_spec,
    MEMBER_UNTIL("Kind", shape_string, 40),
    MEMBER_UNTIL("Value", shape_int, 40));

STRUCT(generic_resource,
    MEMBER_UNTIL("NamedResourceSpec", named_resource_spec, 40),
    MEMBER_UNTIL("DiscreteResourceSpec", discrete_resource_spec, 40));

LIST_OF(generic_resources, generic_resource);

STRUCT(limits,
    MEMBER("NanoCPUs", shape_int),
    MEMBER("MemoryBytes", shape_int),
    MEMBER_UNTIL("GenericResources", generic_resources, 40),
    MEMBER("Pids", shape_int));

STRUCT(generic_resource_named_resource_spec,
    MEMBER("Kind", shape_string),
    MEMBER("Value", shape_string));

STRUCT(generic_resource_discrete_resource_spec,
    MEMBER("Kind", shape_string),
    MEMBER("Value", shape_int));

STRUCT(reservations_generic_resource,
    MEMBER("NamedResourceSpec", generic_resource_named_resource_spec),
    MEMBER("DiscreteResourceSpec", generic_resource_discrete_resource_spec));

LIST_OF(reservations_generic_resources, reservations_generic_resource);

STRUCT(reservations,
    MEMBER("NanoCPUs", shape_int),
    MEMBER("MemoryBytes", shape_int),
    MEMBER("GenericResources", reservations_generic_resources));

STRUCT(resources,
    MEMBER("Limits", limits),
    MEMBER("Reservations", reservations),
    MEMBER("SwapBytes", shape_int),
    MEMBER("MemorySwappiness", shape_int));

STRUCT(restart_policy,
    MEMBER("Condition", shape_string),
    MEMBER("Delay", shape_int),
    MEMBER("MaxAttempts", shape_int),
    MEMBER("Window", shape_int));

STRUCT(spread,
    MEMBER("SpreadDescriptor", shape_string));

STRUCT(preference,
    MEMBER("Spread", spread));

LIST_OF(preferences, preference);

STRUCT(platform,
    MEMBER("Architecture", shape_string),
    MEMBER("OS", shape_string));

LIST_OF(platforms, platform);

STRUCT(placement,
    MEMBER("Constraints", shape_strings),
    MEMBER("Preferences", preferences),
    MEMBER("Platforms", platforms),
    MEMBER("MaxReplicas", shape_int));

STRUCT(network,
    MEMBER("Target", shape_string),
    MEMBER("Aliases", shape_strings),
    MEMBER("DriverOpts", shape_string_map));

LIST_OF(networks, network);

STRUCT(privilege,
    MEMBER("name", shape_string),
    MEMBER("description", shape_string),
    MEMBER("value", shape_strings));

LIST_OF(all_privileges, privilege);

STRUCT(plugin_spec,
    MEMBER("name", shape_string),
    MEMBER("remote", shape_string),
    MEMBER("privileges", all_privileges),
    MEMBER("disabled", shape_bool),
    MEMBER("env", shape_strings));

STRUCT(network_attachment_spec,
    MEMBER("ContainerID", shape_string));

STRUCT(task_template,
    MEMBER("ContainerSpec", container_spec),
    MEMBER("Resources", resources),
    MEMBER("RestartPolicy", restart_policy),
    MEMBER("Placement", placement),
    MEMBER("LogDriver", shape_driver),
    MEMBER("Networks", networks),
    MEMBER("ForceUpdate", shape_int),
    MEMBER("Runtime", shape_string),
    MEMBER("PluginSpec", plugin_spec),
    MEMBER("NetworkAttachmentSpec", network_attachment_spec));

STRUCT(replicated,
    MEMBER("Replicas", shape_int));

STRUCT(replicated_job,
    MEMBER("MaxConcurrent", shape_int),
    MEMBER("TotalCompletions", shape_int));

STRUCT(mode,
    MEMBER("Replicated", replicated),
    MEMBER("Global", shape_empty),
    MEMBER("ReplicatedJob", replicated_job),
    MEMBER("GlobalJob", shape_empty));

STRUCT(update_config,
    MEMBER("Parallelism", shape_int),
    MEMBER("Delay", shape_int),
    MEMBER("FailureAction", shape_string),
    MEMBER("Monitor", shape_int),
    MEMBER("MaxFailureRatio", shape_number),
    MEMBER("Order", shape_string));

STRUCT(service_network,
    MEMBER_UNTIL("Target", shape_string, 51),
    MEMBER_UNTIL("Aliases", shape_strings, 51),
    MEMBER_UNTIL("DriverOpts", shape_string_map, 51));

LIST_OF(service_networks, service_network);

STRUCT(port,
    MEMBER("Name", shape_string),
    MEMBER("Protocol", shape_string),
    MEMBER("TargetPort", shape_uint32),
    MEMBER("PublishedPort", shape_uint32),
    MEMBER("PublishMode", shape_string));

LIST_OF(ports, port);

STRUCT(endpoint_spec,
    MEMBER("Mode", shape_string),
    MEMBER("Ports", ports));

PUBLIC_STRUCT(service,
    MEMBER("Name", shape_string),
    MEMBER("Labels", shape_string_map),
    MEMBER("TaskTemplate", task_template),
    MEMBER("Mode", mode),
    MEMBER("UpdateConfig", update_config),
    MEMBER_UNTIL("Networks", service_networks, 51),
    MEMBER("EndpointSpec", endpoint_spec),
    MEMBER("RollbackConfig", update_config));
