# SPDX-License-Identifier: Apache-2.0
"""What no container, network or volume of the ci tier may have, whatever was
asked for."""

HOST_CONFIG_ONLY = {
    "Binds", "CapAdd", "CapDrop", "CgroupParent", "Devices",
    "DeviceCgroupRules", "DeviceRequests", "IpcMode", "Links", "Mounts",
    "NetworkMode", "PidMode", "PortBindings", "Privileged", "PublishAllPorts",
    "SecurityOpt", "Sysctls", "UTSMode", "UsernsMode", "VolumesFrom"}
NAMESPACES = ("PidMode", "IpcMode", "UTSMode", "UsernsMode", "NetworkMode",
              "CgroupnsMode")
OPTIONS = ("no-new-privileges", "no-new-privileges:true",
           "no-new-privileges=true")


def bind_sources(host):
    for bind in host.get("Binds") or []:
        if bind.startswith("/"):
            yield bind
    for mount in host.get("Mounts") or []:
        if mount.get("Type") not in ("volume", "tmpfs"):
            yield str(mount)


def driver_options(host):
    for mount in host.get("Mounts") or []:
        driver = (mount.get("VolumeOptions") or {}).get("DriverConfig") or {}
        if driver.get("Options") or driver.get("Name") not in (
                None, "", "local"):
            yield driver


def faults(body):
    """Everything wrong with a create body that arrived."""
    host = body.get("HostConfig")
    found = sorted(f"{k} at the top" for k in HOST_CONFIG_ONLY & set(body))
    if not isinstance(host, dict):
        # Daemons before API 1.47 read the top level then.
        return found + ["no HostConfig"]
    found += [k for k in ("Privileged", "PublishAllPorts") if host.get(k)]
    found += [k for k in ("VolumesFrom", "Links", "Devices", "CapAdd",
                          "DeviceCgroupRules", "DeviceRequests", "Sysctls",
                          "CgroupParent", "Annotations")
              if host.get(k)]
    found += [f"{k} {host[k]}" for k in NAMESPACES
              if str(host.get(k) or "").lower().startswith(
                  ("host", "container:", "ns:"))]
    found += [f"bind {b}" for b in bind_sources(host)]
    found += [f"driver {d}" for d in driver_options(host)]
    found += [f"SecurityOpt {o}" for o in host.get("SecurityOpt") or []
              if o not in OPTIONS]
    found += [k for k in ("MaskedPaths", "ReadonlyPaths")
              if host.get(k) == []]
    if "ALL" not in [c.upper() for c in host.get("CapDrop") or []]:
        found.append("CapDrop without ALL")
    return found


HARMLESS_OPTIONS = ("com.docker.network.driver.mtu",
                    "com.docker.network.bridge.enable_icc")


def network_faults(body):
    """Everything wrong with a network that arrived."""
    ipam = body.get("IPAM") or {}
    found = [k for k in ("Attachable", "ConfigOnly", "ConfigFrom", "Ingress")
             if body.get(k)]
    found += [f"option {k}" for k in body.get("Options") or {}
              if k not in HARMLESS_OPTIONS]
    found += [f"{k} {v}" for k, v, good in (
        ("Driver", body.get("Driver"), (None, "", "bridge")),
        ("Scope", body.get("Scope"), (None, "", "local")),
        ("IPAM driver", ipam.get("Driver"), (None, "", "default")))
        if v not in good]
    found += [f"address {v}" for config in ipam.get("Config") or []
              for v in config.values() if v]
    if ipam.get("Options"):
        found.append("IPAM options")
    return found


def volume_faults(body):
    """Everything wrong with a volume that arrived."""
    found = [k for k in ("DriverOpts", "ClusterVolumeSpec")
             if body.get(k) or k == "ClusterVolumeSpec" and k in body]
    if body.get("Driver") not in (None, "", "local"):
        found.append(f"driver {body['Driver']}")
    return found


def values(tree, field):
    """The values at a dotted path: "A.B[].C", "A.B{}.C"."""
    here = [tree]
    for step in field.replace("[]", ".[]").replace("{}", ".{}").split("."):
        there = []
        for value in here:
            if step == "[]" and isinstance(value, list):
                there += value
            elif step == "{}" and isinstance(value, dict):
                there += value.values()
            elif isinstance(value, dict) and step in value:
                there.append(value[step])
        here = there
    return [v for v in here if v not in (None, "", [], {}, 0, False)]


def survives(sent, arrived, field):
    """Has what was dangerous in field come through?  A list or a map is
    dangerous by any of its items."""
    before, after = values(sent, field), values(arrived, field)
    for value in after:
        for danger in before:
            if value == danger:
                return True
            if isinstance(value, list) and isinstance(danger, list) and any(
                    item in danger for item in value):
                return True
            if isinstance(value, dict) and isinstance(danger, dict) and any(
                    danger.get(k) == v for k, v in value.items()):
                return True
    return False
