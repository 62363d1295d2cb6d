# SPDX-License-Identifier: Apache-2.0
"""What the kernel says of processes: time, memory, system calls."""
import os
import shutil
import signal
import subprocess

NS_PER_TICK = 1_000_000_000 // os.sysconf("SC_CLK_TCK")


def family(pids):
    """The processes, and all that come from them."""
    found = list(pids)
    for pid in found:
        try:
            for task in os.listdir(f"/proc/{pid}/task"):
                with open(f"/proc/{pid}/task/{task}/children") as file:
                    found += [int(child) for child in file.read().split()]
        except OSError:
            pass
    return found


def _of_task(path):
    with open(path) as file:
        return int(file.read().split()[0])


def _of_dead_children(pid):
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[13]) + int(fields[14])) * NS_PER_TICK


def cpu_ns(pids):
    """CPU time that they have used, user and system, to the nanosecond; of
    children that have ended, to the tick."""
    total = 0
    for pid in family(pids):
        try:
            total += _of_dead_children(pid)
            for task in os.listdir(f"/proc/{pid}/task"):
                total += _of_task(f"/proc/{pid}/task/{task}/schedstat")
        except (FileNotFoundError, ProcessLookupError):
            pass
    return total


def pss_kib(pids):
    total = 0
    for pid in family(pids):
        with open(f"/proc/{pid}/smaps_rollup") as file:
            total += next(int(line.split()[1]) for line in file
                          if line.startswith("Pss:"))
    return total


class PerfSyscalls:
    """Counts system calls with perf, from start() to stop()."""

    @staticmethod
    def works():
        if shutil.which("perf") is None:
            return False
        done = subprocess.run(
            ["perf", "stat", "-x,", "-e", "raw_syscalls:sys_enter", "true"],
            stderr=subprocess.PIPE, text=True, check=False)
        return done.returncode == 0 and \
            done.stderr.split(",")[0].isdigit()

    def __init__(self, pids):
        order_read, self.order = os.pipe()
        self.done, done_write = os.pipe()
        self.process = subprocess.Popen(
            ["perf", "stat", "-x,", "-D", "-1", "-e", "raw_syscalls:sys_enter",
             "-p", ",".join(map(str, family(pids))),
             "--control", f"fd:{order_read},{done_write}"],
            pass_fds=(order_read, done_write), stderr=subprocess.PIPE,
            text=True)
        os.close(order_read)
        os.close(done_write)

    def _tell(self, order):
        os.write(self.order, order + b"\n")
        os.read(self.done, 16)

    def start(self):
        self._tell(b"enable")

    def stop(self):
        self._tell(b"disable")
        self.process.send_signal(signal.SIGINT)
        said = self.process.communicate()[1]
        os.close(self.order)
        os.close(self.done)
        return int(said.splitlines()[-1].split(",")[0])


class StraceSyscalls:
    """Counts them with strace, where perf cannot; slower for the proxy."""

    @staticmethod
    def works():
        if shutil.which("strace") is None:
            return False
        return subprocess.run(["strace", "-c", "-o", os.devnull, "true"],
                              stderr=subprocess.DEVNULL,
                              check=False).returncode == 0

    def __init__(self, pids):
        words = ["strace", "-f", "-c", "-U", "calls,name", "-o", "/dev/stdout"]
        for pid in family(pids):
            words += ["-p", str(pid)]
        self.process = subprocess.Popen(words, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True)

    def start(self):
        self.process.stderr.readline()  # "Process N attached"

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        said = self.process.communicate()[0]
        return next(int(line.split()[0]) for line in said.splitlines()
                    if line.endswith(" total"))


def syscall_counter():
    """The way to count system calls that works here; None: there is none."""
    for way in (PerfSyscalls, StraceSyscalls):
        if way.works():
            return way
    return None
