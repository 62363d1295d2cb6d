# SPDX-License-Identifier: Apache-2.0
"""The page that faults.c maps: what shall go wrong, and what has."""
import mmap
import pathlib
import struct

import guard

LIBRARY = pathlib.Path(guard.PROGRAM).parent / "tests" / "libfaults.so"
FIELDS = ("countdown", "failures", "failed", "live", "write_error",
          "sync_error", "tear", "durable", "ahead")


class Faults:
    """Its members are the numbers of the page."""

    def __init__(self, path):
        self.__dict__["path"] = path
        path.write_bytes(bytes(mmap.PAGESIZE))
        with open(path, "r+b") as file:
            self.__dict__["page"] = mmap.mmap(file.fileno(), mmap.PAGESIZE)

    def __getattr__(self, name):
        return struct.unpack_from("=q", self.page, 8 * FIELDS.index(name))[0]

    def __setattr__(self, name, value):
        struct.pack_into("=q", self.page, 8 * FIELDS.index(name), value)

    def environment(self):
        return {"LD_PRELOAD": str(LIBRARY), "FAULTS": str(self.path)}
