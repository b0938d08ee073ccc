"""The made-up library, whole or with one thing changed."""

import copy

from fangxian.mechanisms.protocol.packs import read_pack
from tests.packs import pack_of


GONE = object()


def content(path=(), value=None):
    """Copy the library's content, with the value at a path put in or taken out."""
    changed = copy.deepcopy(dict(pack_of("lending-library").content))
    if path:
        *way, last = path
        target = changed
        for step in way:
            target = target[step]
        if value is GONE:
            del target[last]
        else:
            target[last] = value
    return changed


def library(path=(), value=None):
    """Read the library, with the value at a path put in or taken out."""
    return read_pack(content(path, value))
