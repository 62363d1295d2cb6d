# SPDX-License-Identifier: Apache-2.0
"""The requests, as the Docker CLI sends them."""
import json

HOST = "Host: docker\r\nUser-Agent: Docker-Client/20.10.24 (linux)\r\n"


def request(method, target, fields="", body=b""):
    return f"{method} {target} HTTP/1.1\r\n{HOST}{fields}\r\n".encode() + body


def create_body():
    """What `docker run -d -e ... -l ... busybox` sends: 2.7 KiB."""
    env = [f"CI_VARIABLE_{i:02d}=value-number-{i}" for i in range(12)]
    labels = {f"com.example.ci.label-{i:02d}": f"of-job-{i}" for i in range(6)}
    host = {
        "Binds": None, "ContainerIDFile": "",
        "LogConfig": {"Type": "", "Config": {}}, "NetworkMode": "default",
        "PortBindings": {}, "RestartPolicy": {"Name": "no",
                                              "MaximumRetryCount": 0},
        "AutoRemove": False, "VolumeDriver": "", "VolumesFrom": None,
        "CapAdd": None, "CapDrop": None, "CgroupnsMode": "", "Dns": [],
        "DnsOptions": [], "DnsSearch": [], "ExtraHosts": None,
        "GroupAdd": None, "IpcMode": "", "Cgroup": "", "Links": None,
        "OomScoreAdj": 0, "PidMode": "", "Privileged": False,
        "PublishAllPorts": False, "ReadonlyRootfs": False,
        "SecurityOpt": None, "UTSMode": "", "UsernsMode": "", "ShmSize": 0,
        "ConsoleSize": [0, 0], "Isolation": "", "CpuShares": 0,
        "Memory": 268435456, "NanoCpus": 0, "CgroupParent": "",
        "BlkioWeight": 0, "BlkioWeightDevice": [],
        "BlkioDeviceReadBps": None, "BlkioDeviceWriteBps": None,
        "BlkioDeviceReadIOps": None, "BlkioDeviceWriteIOps": None,
        "CpuPeriod": 0, "CpuQuota": 0, "CpuRealtimePeriod": 0,
        "CpuRealtimeRuntime": 0, "CpusetCpus": "", "CpusetMems": "",
        "Devices": [], "DeviceCgroupRules": None, "DeviceRequests": None,
        "KernelMemory": 0, "KernelMemoryTCP": 0, "MemoryReservation": 0,
        "MemorySwap": 0, "MemorySwappiness": -1, "OomKillDisable": False,
        "PidsLimit": 0, "Ulimits": None, "CpuCount": 0, "CpuPercent": 0,
        "IOMaximumIOps": 0, "IOMaximumBandwidth": 0, "MaskedPaths": None,
        "ReadonlyPaths": None,
    }
    return {
        "Hostname": "", "Domainname": "", "User": "", "AttachStdin": False,
        "AttachStdout": False, "AttachStderr": False, "Tty": False,
        "OpenStdin": False, "StdinOnce": False, "Env": env,
        "Cmd": ["sh", "-c", "make -j2 check && make install DESTDIR=/tmp/x"],
        "Image": "busybox:latest", "Volumes": {}, "WorkingDir": "",
        "Entrypoint": None, "OnBuild": None, "Labels": labels,
        "HostConfig": host, "NetworkingConfig": {"EndpointsConfig": {}},
    }


def create(changed=None):
    body = create_body()
    body["HostConfig"].update(changed or {})
    text = json.dumps(body, separators=(",", ":")).encode()
    return request("POST", "/v1.41/containers/create",
                   "Content-Type: application/json\r\n"
                   f"Content-Length: {len(text)}\r\n", text)


def load(length=None):
    framing = ("Transfer-Encoding: chunked" if length is None
               else f"Content-Length: {length}")
    return request("POST", "/v1.41/images/load?quiet=0",
                   f"Content-Type: application/x-tar\r\n{framing}\r\n")


PING = request("GET", "/_ping")
LIST = request("GET", "/v1.41/containers/json")
LIST_LARGE = request("GET", "/v1.41/images/json")
CREATE = create()
REFUSED = request("GET", "/debug/vars")
EVENTS = request("GET", "/v1.41/events")
EXPORT = request("GET", "/v1.41/containers/web/export")
SAVE = request("GET", "/v1.41/images/get?names=busybox")
ATTACH = request("POST",
                 "/v1.41/containers/web/attach?stream=1&stdin=1&stdout=1",
                 "Content-Length: 0\r\nConnection: Upgrade\r\n"
                 "Upgrade: tcp\r\n")
