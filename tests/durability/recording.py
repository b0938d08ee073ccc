"""Records what SQLite writes and flushes, and gives the disk that a power cut may leave.

The recorder stands between SQLite and its own file system layer (``sqlite3_vfs``), in
this process: nothing else has to be installed. What was flushed when the power goes is
there; of each file's unflushed writes all, none, the first few, any of them, or the
first few and a torn one may be.
"""

import _sqlite3
import ctypes
import random
from collections.abc import Iterator, Sequence
from ctypes import CFUNCTYPE, POINTER, Structure, c_char_p, c_int, c_int64, c_void_p
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar


SECTOR = 512
POINTER_BYTES = ctypes.sizeof(c_void_p)
# Paths go by their address: SQLite keeps it, and reads on behind the path.
OPEN = CFUNCTYPE(c_int, c_void_p, c_void_p, c_void_p, c_int, c_void_p)
DELETE = CFUNCTYPE(c_int, c_void_p, c_void_p, c_int)
WRITE = CFUNCTYPE(c_int, c_void_p, c_void_p, c_int, c_int64)
TRUNCATE = CFUNCTYPE(c_int, c_void_p, c_int64)
SYNC = CFUNCTYPE(c_int, c_void_p, c_int)


class _Vfs(Structure):
    """``sqlite3_vfs`` as far as it is needed here."""

    _fields_: ClassVar = [
        ("version", c_int),
        ("file_size", c_int),
        ("path_max", c_int),
        ("next", c_void_p),
        ("name", c_char_p),
        ("data", c_void_p),
        ("open", OPEN),
        ("delete", DELETE),
    ]


class _Methods(Structure):
    """``sqlite3_io_methods``; what follows the flush is copied as it stands."""

    _fields_: ClassVar = [
        ("version", c_int),
        ("close", c_void_p),
        ("read", c_void_p),
        ("write", WRITE),
        ("truncate", TRUNCATE),
        ("sync", SYNC),
        ("others", c_void_p * 13),
    ]


@dataclass(frozen=True, slots=True)
class Step:
    """One thing done to a file: W(rite), T(runcate), S(ync) or D(elete)."""

    what: str
    name: str
    at: int = 0
    content: bytes = b""


@dataclass
class Recorder:
    """Writes down what SQLite does to the files of a folder, from now on."""

    folder: Path
    steps: list[Step] = field(default_factory=list)

    def __post_init__(self) -> None:
        library = ctypes.CDLL(_sqlite3.__file__)
        library.sqlite3_vfs_find.restype = POINTER(_Vfs)
        self._vfs = library.sqlite3_vfs_find(None).contents
        self._open, self._delete = self._copied(self._vfs)
        self._names: dict[int, str] = {}
        self._tables: dict[int, tuple[_Methods, list[object]]] = {}
        self._hooks = (OPEN(self._opened), DELETE(self._deleted))
        self._vfs.open, self._vfs.delete = self._hooks

    @staticmethod
    def _copied(vfs: _Vfs) -> tuple[object, object]:
        address = ctypes.addressof(vfs)
        places = (_Vfs.open.offset, _Vfs.delete.offset)
        found = [c_void_p.from_address(address + place).value for place in places]
        return OPEN(found[0]), DELETE(found[1])

    def _opened(self, vfs, path, file, flags, out):
        result = self._open(vfs, path, file, flags, out)
        name = _path_at(path) if path else None
        if result == 0 and name is not None and name.parent == self.folder:
            self._names[file] = name.name
            methods = c_void_p.from_address(file)
            methods.value = ctypes.addressof(self._table(methods.value))
        return result

    def _deleted(self, vfs, path, directory):
        name = _path_at(path)
        if name.parent == self.folder:
            self.steps.append(Step("D", name.name))
        return self._delete(vfs, path, directory)

    def _table(self, address):
        """Give the methods at this address with our own in their places."""
        if address not in self._tables:
            copy = _Methods()
            ctypes.memmove(ctypes.addressof(copy), address, ctypes.sizeof(_Methods))
            theirs = _Methods.from_buffer_copy(bytes(copy))
            hooks = self._hooks_before(theirs)
            copy.write, copy.truncate, copy.sync = hooks
            self._tables[address] = (copy, [theirs, *hooks])
        return self._tables[address][0]

    def _hooks_before(self, theirs):
        def write(file, content, size, at):
            result = theirs.write(file, content, size, at)
            written = ctypes.string_at(content, size)
            self.steps.append(Step("W", self._names[file], at, written))
            return result

        def truncate(file, size):
            result = theirs.truncate(file, size)
            self.steps.append(Step("T", self._names[file], size))
            return result

        def sync(file, flags):
            result = theirs.sync(file, flags)
            self.steps.append(Step("S", self._names[file]))
            return result

        return WRITE(write), TRUNCATE(truncate), SYNC(sync)


def _path_at(address: int) -> Path:
    return Path(ctypes.string_at(address).decode())


# ------------------------------------------------------------------------ replaying
Files = dict[str, bytearray]


def read_files(folder: Path, names: Sequence[str]) -> Files:
    """Read these files as they are; what is not there is empty."""
    paths = {name: folder / name for name in names}
    return {
        name: bytearray(path.read_bytes()) if path.exists() else bytearray()
        for name, path in paths.items()
    }


def disks(
    begun: Files, steps: Sequence[Step], cuts: Sequence[int], rng: random.Random
) -> Iterator[tuple[int, Files]]:
    """Give for each cut, in rising order, the files that it may leave."""
    durable = {name: bytearray(content) for name, content in begun.items()}
    pending: dict[str, list[Step]] = {}
    done = 0
    for cut in sorted(cuts):
        for step in steps[done:cut]:
            _go_on(durable, pending, step)
        done = cut
        left = {name: bytearray(content) for name, content in durable.items()}
        for name in sorted(pending):
            for step in _some(pending[name], rng):
                _apply(left, step)
        yield cut, left


def _go_on(durable: Files, pending: dict[str, list[Step]], step: Step) -> None:
    if step.what == "S":
        for each in pending.pop(step.name, []):
            _apply(durable, each)
    elif step.what == "D":
        pending.pop(step.name, None)
        durable.pop(step.name, None)
    else:
        pending.setdefault(step.name, []).append(step)


def _apply(files: Files, step: Step) -> None:
    content = files.setdefault(step.name, bytearray())
    if len(content) < step.at:
        content.extend(bytes(step.at - len(content)))
    if step.what == "T":
        del content[step.at :]
        return
    content[step.at : step.at + len(step.content)] = step.content


def _some(steps: Sequence[Step], rng: random.Random) -> Sequence[Step]:
    """Choose what of a file's unflushed writes reached the disk."""
    how = rng.choice(("none", "all", "first", "any", "torn"))
    if how == "all":
        return steps
    if how == "any":
        return [step for step in steps if rng.random() < 0.5]
    first = steps[: rng.randrange(len(steps) + 1)] if how != "none" else []
    if how == "torn" and first and len(first[-1].content) > SECTOR:
        last = first[-1]
        size = SECTOR * rng.randrange(1, len(last.content) // SECTOR + 1)
        torn = Step("W", last.name, last.at, last.content[:size])
        return [*first[:-1], torn]
    return first


def write_files(folder: Path, files: Files) -> None:
    """Make a folder's files these, and no others."""
    for path in folder.iterdir():
        path.unlink()
    for name, content in files.items():
        (folder / name).write_bytes(content)
