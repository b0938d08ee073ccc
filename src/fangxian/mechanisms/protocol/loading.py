"""Reading a pack's folder: YAML without surprises, and the line of every value.

``true`` and ``false`` are the only words that are not text, whole numbers the
only numbers: ``no``, ``on``, ``17:00`` and ``2020-11-05`` stay what they look like.
Aliases, tags, empty values and keys given twice are refused.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path as FilePath

import yaml

from fangxian.kernel.refusals import Refusal, RefusalKind
from fangxian.mechanisms.protocol.packs import Pack, read_pack
from fangxian.mechanisms.protocol.reading import Path


FOLDERS = (
    *("parameters", "clauses", "forms", "reports", "texts"),
    *("measures", "risks", "restrictions", "cases"),
)
SIZE_MOST = 1_000_000
WHOLE_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)")

NO_PACK = RefusalKind(
    code="protocol.no_pack",
    sentence="There is no pack in {folder}: {missing} is missing.",
    remedy="Name a folder that holds pack.yaml and kinds.yaml.",
)
FILE_WRONG = RefusalKind(
    code="protocol.file_wrong",
    sentence="{where}: {what}.",
    remedy="{remedy}.",
)


def load_pack(folder: FilePath) -> Pack:
    """Read the pack in a folder; refuses what is wrong, naming file and line."""
    lines: dict[Path, str] = {}
    content: dict[str, object] = {}
    for part in ("pack", "kinds"):
        file = folder / f"{part}.yaml"
        if not file.is_file():
            raise NO_PACK(folder=folder, missing=file.name)
        reader = _FileReader(file, file.name, lines)
        content[part] = reader.value(reader.root(), (part,))
    for part in FOLDERS:
        pieces = _pieces(folder, part, lines)
        if pieces:
            content[part] = pieces
    return read_pack(content, lines)


def _pieces(folder: FilePath, part: str, lines: dict[Path, str]) -> list[object]:
    """Read a folder's files in the order of their names: a piece or a list each."""
    pieces: list[object] = []
    for file in sorted((folder / part).glob("*.yaml")):
        reader = _FileReader(file, f"{part}/{file.name}", lines)
        for node in reader.pieces():
            pieces.append(reader.value(node, (part, len(pieces))))
    return pieces


@dataclass(frozen=True, slots=True)
class _FileReader:
    """One file; ``lines`` is filled with the line of each path while reading."""

    file: FilePath
    name: str
    lines: dict[Path, str]

    def root(self) -> yaml.Node:
        try:
            text = self.file.read_text(encoding="utf-8")
            if len(text) > SIZE_MOST:
                raise self._wrong(None, "the file is too large", "Split it")
            root = yaml.compose(text, Loader=_NoAliases)
        except UnicodeDecodeError as error:
            raise self._wrong(None, "it is not UTF-8", "Save it as UTF-8") from error
        except yaml.MarkedYAMLError as error:
            raise self._wrong(
                error.problem_mark, f"{error.problem}", "Mend the YAML there"
            ) from error
        if root is None:
            raise self._wrong(None, "the file is empty", "Write it or remove it")
        return root

    def pieces(self) -> list[yaml.Node]:
        root = self.root()
        return list(root.value) if isinstance(root, yaml.SequenceNode) else [root]

    def value(self, node: yaml.Node, path: Path) -> object:
        """Turn a node into plain data, remembering where it stood."""
        self.lines[path] = self._place(node.start_mark)
        if isinstance(node, yaml.MappingNode):
            return dict(self._pairs(node, path))
        if isinstance(node, yaml.SequenceNode):
            return [
                self.value(item, (*path, number))
                for number, item in enumerate(node.value)
            ]
        assert isinstance(node, yaml.ScalarNode)  # noqa: S101 -- YAML has no fourth node
        return self._scalar(node)

    def _pairs(
        self, node: yaml.MappingNode, path: Path
    ) -> Iterator[tuple[str, object]]:
        seen: set[str] = set()
        for key, item in node.value:
            if not isinstance(key, yaml.ScalarNode) or key.value in seen:
                raise self._wrong(
                    key.start_mark, "a key is given twice or is not a word", "Rename it"
                )
            seen.add(key.value)
            yield key.value, self.value(item, (*path, key.value))

    def _scalar(self, node: yaml.ScalarNode) -> object:
        text = str(node.value)
        if node.style is not None:
            return text
        if text in {"true", "false"}:
            return text == "true"
        if WHOLE_NUMBER.fullmatch(text):
            return int(text)
        if text in {"", "null", "~"}:
            raise self._wrong(
                node.start_mark, "a value is missing", "Give one, or leave the key out"
            )
        return text

    def _place(self, mark: yaml.Mark | None) -> str:
        return f"{self.name}:{mark.line + 1}" if mark else self.name

    def _wrong(self, mark: yaml.Mark | None, what: str, remedy: str) -> Refusal:
        return FILE_WRONG(where=self._place(mark), what=what, remedy=remedy)


class _NoAliases(yaml.BaseLoader):
    """YAML in which everything stands where it is used."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            mark = self.get_mark()
            raise yaml.MarkedYAMLError(
                problem="an alias is not allowed", problem_mark=mark
            )
        return super().compose_node(parent, index)
