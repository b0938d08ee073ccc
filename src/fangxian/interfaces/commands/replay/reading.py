"""Reading a scenario's folder: YAML into typed values, or a sentence that says where."""

import re
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import yaml

from fangxian.kernel.refusals import RefusalKind


FILE_WRONG = RefusalKind(
    code="replay.file_wrong",
    sentence="{file}: {what}.",
    remedy="Correct the file; the sentence names the place in it.",
)
NO_FILE = RefusalKind(
    code="replay.no_file",
    sentence="The scenario has no {file}.",
    remedy="Name a folder that holds world.yaml, areas.yaml, places.yaml and events/.",
)

Value = TypeVar("Value")


class _Loader(yaml.SafeLoader):
    """Only true, false and whole numbers are not text; times and days stay text."""


_Loader.yaml_implicit_resolvers = {}
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"^(true|false)$"), list("tf")
)
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:int", re.compile(r"^(0|[1-9][0-9]*)$"), list("0123456789")
)


def read(folder: Path, name: str, shape: type[Value]) -> Value:
    """Read one file of the scenario as the shape it must have."""
    file = folder / name
    if not file.is_file():
        raise NO_FILE(file=name)
    shaped: Value = _shaped(name, _plain(file, name), shape)
    return shaped


def read_all(folder: Path, pattern: str, item: Any) -> list[Any]:
    """Read every file that fits, in the order of their names, each a list of items."""
    found: list[Any] = []
    for file in sorted(folder.glob(pattern)):
        name = file.relative_to(folder).as_posix()
        found += _shaped(name, _plain(file, name), list[item])
    return found


def _plain(file: Path, name: str) -> object:
    try:
        return yaml.load(file.read_text("utf-8"), Loader=_Loader)  # noqa: S506 -- a SafeLoader with fewer types
    except yaml.YAMLError as error:
        raise FILE_WRONG(file=name, what=str(error)) from error


def _shaped(name: str, value: object, shape: Any) -> Any:
    try:
        return msgspec.convert(value, shape)
    except msgspec.ValidationError as error:
        raise FILE_WRONG(file=name, what=str(error)) from error
