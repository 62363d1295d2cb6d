# SPDX-License-Identifier: Apache-2.0
"""Does sockwarden-audit(5) name every member of a record?"""
import pathlib
import re

PAGE = pathlib.Path(__file__).resolve().parents[2] / \
    "packaging" / "man" / "sockwarden-audit.5"
NAMED = set(re.findall(r"^\.It Cm (\S+)$", PAGE.read_text(), re.M))


def has_parts(path):
    """What the page takes apart is looked into, the rest is a value."""
    return any(name.startswith((f"{path}.", f"{path}[].")) for name in NAMED)


def unnamed(value, path=""):
    """The members, by their paths, that the page does not name."""
    if isinstance(value, list):
        return {name for item in value for name in unnamed(item, f"{path}[]")}
    if not isinstance(value, dict):
        return set()
    missing = set()
    for key, below in value.items():
        name = f"{path}.{key}" if path else key
        if name not in NAMED:
            missing.add(name)
        elif has_parts(name):
            missing |= unnamed(below, name)
    return missing
