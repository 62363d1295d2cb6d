# SPDX-License-Identifier: Apache-2.0
"""With the tier admin, whatever passes directly passes through us: the same
small shell scripts, both ways, must print the same."""
import contextlib
import os
import re
import subprocess

import docker as docker_py
import pytest

from conftest import CLIENTS, PATIENCE, Engine, Guard, docker_env

# In a script, `docker ...` must work directly, `fails N docker...` must end
# with that status, and `may ...` is whatever the machine can.
PRELUDE = r'''
try() {
    want=$1; shift; got=0
    "$CLIENT" "$@" || got=$?
    echo "status $got" >&2
    case $want in
    any | $got) ;;
    *) echo "$*: status $got, not $want" >>unexpected ;;
    esac
    return $got
}
docker() { try 0 "$@"; }
fails() { try "$@"; }
may() { try any "$@"; }
run="run --network=none"
begin() {
    docker $run -d --name box busybox sh -c "${1:-exec sleep 1000}" >id
}
ended() { docker wait box >/dev/null; }
'''

SCRIPTS = {
    # --- what there is
    "version": "docker version",
    "info": """docker info --format '{{.ID}} {{.Driver}} {{.ServerVersion}}
        {{.Containers}} {{.Images}} {{.Name}} {{.Plugins}} {{.MemTotal}}'""",
    "lists": """begin
        docker ps; docker ps -aq; docker ps -s --filter name=box
        docker images; docker image ls --digests; docker network ls
        docker volume ls; docker plugin ls
        docker ps --format '{{json .Image}} {{json .Labels}} {{.Status}}'""",
    "inspect": """docker create --network=none --name box --label a=b -e A=B \
            --memory 64m --cpus 0.5 -v vol:/v --tmpfs /t -w /tmp -u 1:2 \
            --ulimit nofile=10:20 --restart on-failure:3 --dns 1.1.1.1 \
            --health-cmd true --read-only --cap-drop ALL busybox true
        docker inspect box; docker inspect -s box; docker image inspect busybox
        docker volume inspect vol; docker network inspect none
        docker history busybox""",
    "inspect an image": "docker inspect busybox:latest",
    "system df": """docker volume create vol; begin
        docker system df; docker system df -v""",
    # --- run
    "both outputs": """docker $run --rm busybox \
        sh -c 'echo out; echo err >&2'""",
    "much output": """docker $run --rm busybox sh -c \
        'head -c 8000000 /dev/zero' | sha256sum""",
    "much input": "docker $run -i --rm busybox sha256sum <big",
    "after the end of input": """docker $run -i --rm busybox \
        sh -c 'wc -c; echo after; sleep 0.2; echo later' <big""",
    "input never read": """head -c 1000 big |
        docker $run -i --rm busybox true""",
    "empty input": "docker $run -i --rm busybox cat </dev/null",
    "start -ai": """docker create -i --network=none --name box busybox \
            sha256sum
        docker start -ai box <big""",
    "cidfile": """docker $run --cidfile f busybox true; cat f; echo
        docker rm $(cat f)""",
    # --- a container's life
    "logs": """begin 'echo one; echo two'; ended
        docker logs box; docker logs --tail 1 box; docker logs -t box
        docker logs --since 1h box; docker logs --until 1h box
        docker $run --name both busybox sh -c 'echo out; echo err >&2' \
            >/dev/null 2>&1
        docker logs both""",
    "logs -f": """begin 'for i in 1 2 3; do echo $i; sleep 0.1; done'
        docker logs -f box""",
    "much in logs": """begin 'yes abcdefgh | head -n 100000'; ended
        docker logs box | sha256sum""",
    "wait": """begin; docker wait box >status & docker kill box; wait
        cat status
        docker inspect -f '{{.State.ExitCode}} {{.State.Status}}' box""",
    "stop": """begin 'trap "echo told; exit 4" TERM; echo ready; while :; do
            sleep 0.1; done'
        until "$CLIENT" logs box | grep -q ready; do sleep 0.1; done
        docker stop -t 20 box; docker logs box
        docker inspect -f '{{.State.ExitCode}}' box""",
    "kill, start, restart": """begin; docker kill -s KILL box; docker start box
        docker restart -t 0 box; docker stop -t 0 box; docker rm box""",
    "pause": """begin; may pause box; docker inspect -f '{{.State.Status}}' box
        may unpause box""",
    "stats": """begin
        docker stats --no-stream --format '{{.Name}} {{.NetIO}}' box""",
    "top": """begin
        until "$CLIENT" top box | grep -v exec | grep -q sleep; do sleep 0.1; done
        docker top box | awk '{ print $1, $8, $9 }'
        docker top box -o pid,args | awk '{ print $2, $3 }'""",
    "port": """docker create --name box -p 127.0.0.1:8080:80 busybox true
        docker port box
        docker inspect -f '{{.HostConfig.PortBindings}}' box""",
    "diff": """begin 'echo x >/new; rm /etc/group'; ended
        docker diff box | sort""",
    "update": """begin; docker update --memory 32m --memory-swap 32m \
            --restart no box
        docker inspect -f '{{.HostConfig.Memory}}' box""",
    "rename": """begin; docker rename box other
        docker inspect -f '{{.Name}}' other
        fails 1 rename nosuch other2""",
    "exec": """begin; docker exec box echo in; fails 9 exec box sh -c 'exit 9'
        docker exec -e A=B -w /tmp -u 1:2 box sh -c 'echo $A; pwd; id'
        docker exec -d box touch /tmp/f
        may exec box nosuch; fails 126 exec box /etc""",
    "exec -i": """begin; docker exec -i box sha256sum <big
        docker exec -i box sh -c 'wc -c; echo after' <big""",
    "attach": """begin 'sleep 2; echo out; exit 3'
        fails 3 attach --no-stdin box""",
    "cp": """begin
        docker cp -L big box:/tmp/; docker exec box sha256sum /tmp/big
        docker cp box:/tmp/big back; sha256sum back; mkdir -p tree/a/b
        echo x >tree/a/b/f; docker cp tree box:/tmp; docker cp box:/tmp/tree t2
        find t2 | sort; docker cp box:/tmp/tree - | tar -t
        tar -c tree | docker cp - box:/var; docker exec box find /var
        fails 1 cp box:/nosuch .; fails 1 cp id box:/nosuch/x/""",
    # --- images
    "export, import": """begin; docker export box | tar -t | sort
        docker export box | docker import --change 'CMD ["true"]' - made:1
        docker $run --rm made:1; docker rmi made:1""",
    "save, load": """docker save busybox | tar -t | sort
        docker tag busybox other:2; docker save -o f busybox other:2
        docker rmi other:2; docker load -i f; docker load -q <f
        docker images | sort""",
    "commit, tag": """begin 'echo x >/new'; ended
        docker commit -m why -a me --change 'ENV A=B' box made:1
        docker tag made:1 here/made:2; docker history -q made:1
        docker image inspect -f \
            '{{.Comment}} {{.Author}} {{.Config.Env}}' made:1
        docker $run --rm made:1 cat /new; docker rmi made:1 here/made:2""",
    "build": """mkdir d; cp big d/; echo x >d/ignored; cd d
        echo ignored >.dockerignore
        printf 'FROM busybox\\nARG A\\nCOPY . /d\\nRUN echo $A; ls /d\\n' \
            >Dockerfile
        docker build --no-cache --network=none --build-arg A=arg \
            --label l=m --memory 64m --ulimit nofile=10 -t made:1 .
        docker $run --rm made:1 sha256sum /d/big
        printf 'FROM busybox\\nRUN exit 3\\n' |
            fails 3 build --no-cache --network=none -f - .
        printf 'FROM nosuch:1\\nNOSUCH\\n' | fails 1 build -""",
    "BuildKit": """mkdir d; cp big d/; export DOCKER_BUILDKIT=1
        printf 'FROM busybox\\nCOPY big /\\nRUN sha256sum /big >/sum\\n' \
            >d/Dockerfile
        docker build -q --no-cache --network=none -t made:1 d &&
            docker $run --rm made:1 cat /sum
        docker builder prune -af | grep -c .""",
    "registries": """docker tag busybox 127.0.0.1:1/b:1
        fails 1 pull 127.0.0.1:1/b:1; fails 1 push 127.0.0.1:1/b:1
        fails 1 login -u me -p secret 127.0.0.1:1
        fails 125 $run --rm 127.0.0.1:1/c""",
    # --- networks, volumes, everything
    "networks": """may network create -d bridge n1
        may network create -d macvlan --internal --label l=m n2
        may network ls -f driver=macvlan
        begin; may network disconnect none box; may network connect n2 box
        may network inspect n2 --format '{{.Driver}} {{.Labels}}'
        may network disconnect n2 box; may network rm n1 n2""",
    "volumes": """docker volume create --label l=m vol
        docker volume ls -f label=l; docker $run --rm -v vol:/v busybox \
            sh -c 'echo kept >/v/f'
        docker $run --rm --mount type=volume,src=vol,dst=/v,readonly busybox \
            cat /v/f
        docker volume inspect vol; docker volume rm vol""",
    "prune": """docker volume create vol; docker save -o f busybox
        docker $run --name box --label l=m busybox true
        docker container prune -f --filter label=nosuch
        docker container prune -f; docker image prune -f
        docker volume prune -f; docker network prune -f
        docker system prune -af --volumes; docker images
        docker load -i f""",
    "swarm": """docker swarm init --advertise-addr 127.0.0.1 >token
        docker node ls --format '{{.Status}} {{.Availability}}'
        echo hidden | docker secret create s -
        echo shown | docker config create f -
        docker secret ls --format '{{.Name}}'
        docker config inspect --pretty f | grep -v at:
        docker service create -d --name one --replicas 0 --secret s \
            --config f busybox true
        docker service ls --format '{{.Name}} {{.Replicas}}'
        docker service scale -d one=0; docker service rm one
        docker secret rm s; docker config rm f
        docker swarm leave -f""",
    "events": """date +%s >begun; docker $run --rm --name e$$ busybox true
        docker events --since $(cat begun) --until $(date +%s.%N) \
            --filter container=e$$ --format '{{.Type}} {{.Action}}'""",
    "dial-stdio": r"""printf '%s\r\n' 'GET /_ping HTTP/1.1' 'Host: d' \
            'Connection: close' '' |
            docker system dial-stdio | tail -n 1""",
    # --- what goes wrong
    "no such container": """for words in inspect logs start stop kill rm top \
            diff port pause wait stats attach export restart; do
            may $words nosuch; done
        fails 1 exec nosuch true; fails 1 cp nosuch:/f .""",
    "no such image": """fails 125 $run --rm nosuch:1 true; fails 1 rmi nosuch
        fails 1 tag nosuch x; fails 1 history nosuch; fails 1 save nosuch""",
    "no such thing": """fails 1 volume rm nosuch; fails 1 network rm nosuch
        fails 1 network inspect nosuch; fails 1 plugin inspect nosuch
        may service ls; may node ls""",
    "wrong use": """begin; fails 127 $run --rm busybox nosuch
        fails 125 $run --name box busybox true; fails 1 rm box
        fails 125 $run --rm --memory 1k busybox true
        fails 125 $run --rm -v nosuch:relative busybox true
        fails 125 $run --rm --cap-add NOSUCH busybox true
        fails 1 kill -s NOSUCH box; fails 1 rmi busybox
        may $run --rm --device /nosuch busybox true""",
}

# Not every client has it by itself.
OPTIONAL = {"BuildKit"}

# What differs from one run to the next, even without us.
NOISE = (
    (r"\b(sha256:)?[0-9a-f]{64}\b", "<long id>"),
    (r"\b(sha256:)?[0-9a-f]{12}\b", "<id>"),
    (r"\b[a-z0-9]{25}\b", "<swarm id>"),
    (r"\d{4}-\d\d-\d\d[T ][\d:.]+ ?(Z|[+-]\d\d:?\d\d)?( UTC)?", "<time>"),
    (r"(Less than a|About a|About an|\d+) "
     r"(second|minute|hour)s?( ago)?", "<ago>"),
    # The client's own log: which of its goroutines were told first.
    (r'(?m)^time="[^"]*" level=error msg=.*\n', ""),
    (r'"Pid": \d+', '"Pid": <number>'),
    (r"tcp (127\.0\.0\.1|\[::1\]):\d+->", "<from>"),
)


def normal(text):
    for pattern, instead in NOISE:
        text = re.sub(pattern, instead, text)
    # Columns are as wide as what was in them.
    return [" ".join(line.split()) for line in text.splitlines()]


@pytest.fixture(scope="module")
def own_engine():
    """One that nobody else makes containers on: lists are compared, too."""
    one = Engine()
    yield one
    one.close()


@pytest.fixture(scope="module")
def through(own_engine):
    one = Guard("admin", own_engine.url)
    yield one
    one.close()


@pytest.fixture(scope="module")
def big(tmp_path_factory):
    file = tmp_path_factory.mktemp("big") / "big"
    file.write_bytes(os.urandom(5_000_000))
    return file


def play(script, url, client, folder, big):
    """What the script prints, and what was not as it should be."""
    folder.mkdir()
    (folder / "big").symlink_to(big)
    done = subprocess.run(["sh", "-c", PRELUDE + script], cwd=folder,
                          env=docker_env(url) | {"CLIENT": client},
                          stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, errors="replace", timeout=PATIENCE)
    unexpected = folder / "unexpected"
    return ({"status": done.returncode, "out": normal(done.stdout),
             "err": normal(done.stderr)},
            unexpected.read_text() if unexpected.exists() else "")


def clean_up(url):
    """Only the image of busybox stays.  By the API: to start so many commands
    takes longer than most of the scripts."""
    api = docker_py.DockerClient(base_url=url, version="1.41").api
    gone = contextlib.suppress(docker_py.errors.APIError)
    for container in api.containers(all=True):
        with gone:
            api.remove_container(container["Id"], force=True, v=True)
    for image in api.images():
        for tag in set(image["RepoTags"] or ()) - {"busybox:latest"}:
            with gone:
                api.remove_image(tag, force=True)
    for volume in api.volumes()["Volumes"] or ():
        with gone:
            api.remove_volume(volume["Name"])
    api.prune_networks()
    api.prune_images()
    api.close()


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("name", SCRIPTS)
def test_same(own_engine, through, big, client, name, tmp_path):
    seen = []
    for url in (own_engine.url, through.url):
        try:
            seen.append(play(SCRIPTS[name], url, client,
                             tmp_path / str(len(seen)), big))
        finally:
            clean_up(own_engine.url)
    if name in OPTIONAL and seen[0][1] != "":
        pytest.skip("this client cannot do it")
    assert seen[0][1] == "", seen[0][0]
    for what in ("status", "out", "err"):
        assert seen[1][0][what] == seen[0][0][what]
