"""A cursor over a pack's data: strict, and precise about what is wrong and where."""

import datetime as dt
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias, TypeVar

from fangxian.kernel.conditions import Condition, Type, Vocabulary, check, fits, parse
from fangxian.kernel.refusals import Refusal, RefusalKind
from fangxian.mechanisms.protocol.words import Citation, Words


Path: TypeAlias = tuple[str | int, ...]
Lines: TypeAlias = Mapping[Path, str]
Choice = TypeVar("Choice", bound=StrEnum)
Read = TypeVar("Read")
Default = TypeVar("Default")

PACK_WRONG = RefusalKind(
    code="protocol.pack_wrong",
    sentence="{where}: {what}.",
    remedy="{remedy}.",
)

_CODE = re.compile(r"[a-z][a-z0-9_]*(?:[.-][a-z0-9_]+)*")


@dataclass(frozen=True, slots=True)
class Slot:
    """One value of a pack, and where it stands.

    ``lines`` maps paths to ``file:line`` where the data was read from files.
    """

    value: object
    path: Path = ()
    lines: Lines = field(default_factory=dict, repr=False)

    @property
    def where(self) -> str:
        """Name the place: file and line where known, then the path."""
        spelt = _spell(self.path)
        for length in range(len(self.path), 0, -1):
            line = self.lines.get(self.path[:length])
            if line:
                return f"{line} ({spelt})"
        return spelt or "the pack"

    def wrong(self, what: str, remedy: str) -> Refusal:
        """Build the refusal of what stands here."""
        return PACK_WRONG(where=self.where, what=what, remedy=remedy)

    def _below(self, key: str | int, value: object) -> "Slot":
        return Slot(value, (*self.path, key), self.lines)

    def record(
        self, required: Collection[str], optional: Collection[str] = ()
    ) -> "Record":
        """Read a mapping with these keys and no others."""
        if not isinstance(self.value, Mapping):
            raise self.wrong("a mapping is needed here", f"Give {', '.join(required)}")
        given = {str(key): value for key, value in self.value.items()}
        missing = sorted(set(required) - set(given))
        unknown = sorted(set(given) - set(required) - set(optional))
        if missing:
            raise self.wrong(f"{missing[0]} is missing", f"Add {', '.join(missing)}")
        if unknown:
            known = ", ".join((*required, *optional))
            stray = self._below(unknown[0], None)
            raise stray.wrong(f"{unknown[0]} is not known here", f"Use only {known}")
        return Record(
            self, {key: self._below(key, value) for key, value in given.items()}
        )

    def pairs(self) -> Iterator[tuple[str, "Slot"]]:
        """Read a mapping whose keys are the pack's own."""
        if not isinstance(self.value, Mapping):
            raise self.wrong("a mapping is needed here", "Give names with their values")
        for key, value in self.value.items():
            yield str(key), self._below(str(key), value)

    def each(self) -> list["Slot"]:
        """Read a list with something in it."""
        if not isinstance(self.value, list | tuple) or not self.value:
            raise self.wrong("a list is needed here", "Give a list of at least one")
        return [self._below(number, item) for number, item in enumerate(self.value)]

    def text(self) -> str:
        """Read a text that is not blank."""
        if isinstance(self.value, str) and self.value.strip():
            return self.value
        raise self.wrong("a text is needed here", "Write some words")

    def code(self) -> str:
        """Read a code: ASCII, lower case, with ``_``, ``-`` and ``.`` inside."""
        text = self.text()
        if _CODE.fullmatch(text):
            return text
        raise self.wrong(
            f"{text} is not a code", "Use lower-case letters, digits and underscores"
        )

    def one_of(self, known: Collection[str], what: str) -> str:
        """Read one of the codes that the pack (or the engine) knows."""
        text = self.text()
        if text in known:
            return text
        raise self.wrong(
            f"there is no {what} {text}",
            f"Use one of {', '.join(sorted(known)) or 'none, for there are none'}",
        )

    def choice(self, choices: type[Choice]) -> Choice:
        """Read a member of an enumeration."""
        return choices(self.one_of([one.value for one in choices], _named(choices)))

    def number(self, least: int, most: int) -> int:
        """Read a whole number within bounds."""
        value = self.value
        if isinstance(value, int) and not isinstance(value, bool):
            if least <= value <= most:
                return value
            raise self.wrong(
                f"{value} is out of bounds", f"Give a number from {least} to {most}"
            )
        raise self.wrong("a whole number is needed here", "Write it without quotes")

    def yes_no(self) -> bool:
        """Read true or false."""
        if isinstance(self.value, bool):
            return self.value
        raise self.wrong("true or false is needed here", "Write true or false")

    def day(self) -> dt.date:
        """Read a calendar day, as 2020-11-05."""
        text = self.text()
        try:
            return dt.date.fromisoformat(text)
        except ValueError as error:
            raise self.wrong(
                f"{text} is not a day", "Write it as 2020-11-05"
            ) from error

    def time(self) -> str:
        """Read a Shanghai time of day, as 17:00; 24:00 is the end of the day."""
        text = self.text()
        if fits(text, Type.TIME):
            return text
        raise self.wrong(f"{text} is not a time", 'Write it in quotes, as "17:00"')

    def words(self) -> Words:
        """Read words in both languages."""
        record = self.record(("zh", "en"))
        return Words(zh=record["zh"].text(), en=record["en"].text())

    def citation(self) -> Citation:
        """Read where a rule comes from."""
        record = self.record(("title", "gist"), ("number", "on", "article"))
        return Citation(
            title=record["title"].text(),
            gist=record["gist"].words(),
            number=record.maybe("number", Slot.text, ""),
            on=record.maybe("on", Slot.day, None),
            article=record.maybe("article", Slot.text, ""),
        )

    def condition(self, vocabulary: Vocabulary) -> Condition:
        """Read a condition and check it against what may be asked."""
        try:
            condition = parse(self.value)
            check(condition, vocabulary)
        except Refusal as refusal:
            raise self.wrong(
                refusal.sentence.rstrip("."), refusal.remedy.rstrip(".")
            ) from refusal
        return condition


@dataclass(frozen=True, slots=True)
class Record:
    """A mapping whose keys have been checked."""

    slot: Slot
    slots: Mapping[str, Slot]

    def __getitem__(self, key: str) -> Slot:
        return self.slots[key]

    def __contains__(self, key: str) -> bool:
        return key in self.slots

    def maybe(
        self, key: str, read: Callable[[Slot], Read], default: Default
    ) -> Read | Default:
        """Read an optional key."""
        return read(self.slots[key]) if key in self.slots else default


def once(
    slots: Iterable[Slot],
    codes: Iterable[str],
    what: str,
    *,
    among: Collection[str] = (),
) -> None:
    """Refuse a code that is used twice, or already ``among`` others."""
    seen = set(among)
    for slot, code in zip(slots, codes, strict=True):
        if code in seen:
            raise slot.wrong(f"there are two {what} {code}", "Rename one of them")
        seen.add(code)


def _named(choices: type[StrEnum]) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", " ", choices.__name__).lower()


def _spell(path: Path) -> str:
    spelt = ""
    for step in path:
        if isinstance(step, int):
            spelt += f"[{step}]"
        else:
            spelt += f".{step}" if spelt else step
    return spelt
