#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""schema.py PROGRAM -- the schema that the program prints, by another validator

Every file in conf/ is valid by it; of the wrong configurations those are not
that have an error in their form.  What only the program can know, such as
whether a tier or file is there, is not a schema's business.
"""
import json
import pathlib
import subprocess
import sys

import jsonschema
import yaml

HERE = pathlib.Path(__file__).resolve().parent
CONF = HERE.parents[1] / "conf"
# By the kind of their mistake; those whose YAML others read in another way
# (a mode that is a number to them) are not among these.
FORM = ("key-", "type-", "value-int", "value-negative", "value-float",
        "value-time", "value-bytes", "value-word", "value-action",
        "value-on-failure", "listener-none", "listener-empty",
        "listener-name", "listener-now", "identity-no-", "identity-empty-m",
        "tls-empty", "tier-mount-source", "file-more", "file-number",
        "file-where-none")
# The limits of what is written with a unit are the program's.
UNITS = ("value-bytes-range", "value-time-long")


class Loader(yaml.SafeLoader):
    """YAML 1.2, as the program and the editors read it."""


Loader.yaml_implicit_resolvers = {}
for tag, pattern, first in (
        ("bool", r"true|false", "tf"), ("null", r"null|~|", ["n", "~", ""]),
        ("int", r"-?(0|[1-9][0-9]*)", "-0123456789")):
    Loader.add_implicit_resolver(
        f"tag:yaml.org,2002:{tag}", yaml.resolver.re.compile(f"^(?:{pattern})$"),
        list(first))


def main(program):
    schema = json.loads(subprocess.run(
        [program, "schema"], capture_output=True, check=True).stdout)
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema)
    tier = jsonschema.Draft7Validator(
        {"$ref": "#/definitions/tiers/additionalProperties",
         "definitions": schema["definitions"]})
    wrong = []

    def hold(path, by, valid):
        errors = list(by.iter_errors(yaml.load(path.read_text(), Loader)))
        if bool(errors) == valid:
            wrong.append(f"{path}: " + "; ".join(
                f"{'.'.join(map(str, e.absolute_path))}: {e.message:.300}"
                for e in errors) if errors else f"{path}: is valid")

    shown = sorted(CONF.glob("*.yaml")) + sorted(CONF.glob("examples/*.yaml"))
    presets = sorted(CONF.glob("presets/*.yaml"))
    odd = [path for path in sorted((HERE / "wrong").glob("*.yaml"))
           if path.stem.startswith(FORM) and path.stem not in UNITS]
    for path in shown:
        hold(path, validator, True)
    for path in presets:
        hold(path, tier, True)
    for path in odd:
        hold(path, validator, False)
    print("\n".join(wrong))
    print(f"{len(shown)} configurations, {len(presets)} tiers and {len(odd)} "
          f"wrong ones, {len(wrong)} not as expected")
    return 1 if wrong or not shown or not presets or not odd else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))
