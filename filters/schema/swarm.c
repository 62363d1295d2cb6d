/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bodies of the swarm and node calls.
 */
#include "schema/shapes.h"

/* Tables: one row a line. */
/* clang-format off */

STRUCT(orchestration,
    MEMBER("TaskHistoryRetentionLimit", shape_int));

STRUCT(raft,
    MEMBER("SnapshotInterval", shape_int),
    MEMBER("KeepOldSnapshots", shape_int),
    MEMBER("LogEntriesForSlowFollowers", shape_int),
    MEMBER("HeartbeatTick", shape_int),
    MEMBER("ElectionTick", shape_int));

STRUCT(dispatcher,
    MEMBER("HeartbeatPeriod", shape_int));

STRUCT(external_c_a,
    MEMBER("Protocol", shape_string),
    MEMBER("URL", shape_string),
    MEMBER("Options", shape_string_map),
    MEMBER("CACert", shape_string));

LIST_OF(external_c_as, external_c_a);

STRUCT(ca_config,
    MEMBER("NodeCertExpiry", shape_int),
    MEMBER("ExternalCAs", external_c_as),
    MEMBER("SigningCACert", shape_string),
    MEMBER("SigningCAKey", shape_string),
    MEMBER("ForceRotate", shape_int));

STRUCT(task_defaults,
    MEMBER("LogDriver", shape_driver));

STRUCT(encryption_config,
    MEMBER("AutoLockManagers", shape_bool));

STRUCT(spec,
    MEMBER("Name", shape_string),
    MEMBER("Labels", shape_string_map),
    MEMBER("Orchestration", orchestration),
    MEMBER("Raft", raft),
    MEMBER("Dispatcher", dispatcher),
    MEMBER("CAConfig", ca_config),
    MEMBER("TaskDefaults", task_defaults),
    MEMBER("EncryptionConfig", encryption_config));

PUBLIC_STRUCT(swarm_init,
    MEMBER("ListenAddr", shape_string),
    MEMBER("AdvertiseAddr", shape_string),
    MEMBER("ForceNewCluster", shape_bool),
    MEMBER("Spec", spec),
    MEMBER("AutoLockManagers", shape_bool),
    MEMBER("Availability", shape_string),
    MEMBER("DataPathAddr", shape_string),
    MEMBER("DefaultAddrPool", shape_strings),
    MEMBER("SubnetSize", shape_int),
    MEMBER("DataPathPort", shape_int));

PUBLIC_STRUCT(swarm_join,
    MEMBER("ListenAddr", shape_string),
    MEMBER("AdvertiseAddr", shape_string),
    MEMBER("RemoteAddrs", shape_strings),
    MEMBER("JoinToken", shape_string),
    MEMBER("Availability", shape_string),
    MEMBER("DataPathAddr", shape_string));

PUBLIC_STRUCT(swarm_update,
    MEMBER("Name", shape_string),
    MEMBER("Labels", shape_string_map),
    MEMBER("Orchestration", orchestration),
    MEMBER("Raft", raft),
    MEMBER("Dispatcher", dispatcher),
    MEMBER("CAConfig", ca_config),
    MEMBER("TaskDefaults", task_defaults),
    MEMBER("EncryptionConfig", encryption_config));

PUBLIC_STRUCT(swarm_unlock,
    MEMBER("UnlockKey", shape_string));

PUBLIC_STRUCT(node,
    MEMBER("Name", shape_string),
    MEMBER("Labels", shape_string_map),
    MEMBER("Role", shape_string),
    MEMBER("Availability", shape_string));
