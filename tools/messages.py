"""The console's words: find the English, keep the Chinese complete, compile.

The English texts are the message ids, in code and templates. The Chinese stands in
``locale/parts/*.po``, one file a group of pages::

    python tools/messages.py compile   # parts → zh_Hans/LC_MESSAGES/django.mo
    python tools/messages.py check     # missing, fuzzy, unused, contradictory: exit 1
    python tools/messages.py missing   # prints what has no Chinese yet, as a part

Needs no xgettext: templates go through Django's own templatize, Python through ast.
"""

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polib
from django.conf import settings
from django.utils.translation.template import templatize


ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "fangxian"
LOCALE = SOURCE / "interfaces" / "console" / "locale"
PARTS = LOCALE / "parts"
COMPILED = LOCALE / "zh_Hans" / "LC_MESSAGES" / "django.mo"

PLAIN = frozenset({"gettext", "gettext_lazy", "gettext_noop", "_"})
PLURAL = frozenset({"ngettext", "ngettext_lazy"})
CONTEXT = frozenset({"pgettext", "pgettext_lazy"})
LITERAL = r"""[uU]?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
IN_TEMPLATE = re.compile(
    rf"\b(gettext|ngettext|pgettext|npgettext|_)\(\s*({LITERAL})"
    rf"(?:\s*,\s*({LITERAL}))?(?:\s*,\s*({LITERAL}))?",
)


@dataclass(frozen=True, slots=True)
class Message:
    """What is to be translated: its id, and its plural and context if it has them."""

    id: str
    plural: str = ""
    context: str = ""


Found = dict[Message, set[str]]  # where each message is used


def main(command: str) -> int:
    """Run one command; the result is the exit code."""
    if not settings.configured:
        settings.configure(USE_I18N=True)
    commands = {"compile": compile_parts, "check": check, "missing": print_missing}
    if command not in commands:
        print(__doc__)
        return 2
    return commands[command]()


# ------------------------------------------------------------------------ finding
def find_messages() -> Found:
    """Find every message of the source tree."""
    found: Found = defaultdict(set)
    for path in sorted(SOURCE.rglob("*.py")):
        for message in in_python(path.read_text(encoding="utf-8")):
            found[message].add(str(path.relative_to(ROOT)))
    for path in sorted(SOURCE.rglob("templates/**/*.*")):
        for message in in_template(path.read_text(encoding="utf-8")):
            found[message].add(str(path.relative_to(ROOT)))
    return found


def in_python(text: str) -> Iterator[Message]:
    """Find gettext calls, refusals' sentences and remedies, and the words for facts."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call):
            yield from _of_call(node)


def _of_call(call: ast.Call) -> Iterator[Message]:
    name = _name_of(call.func)
    texts = [text for text in map(_text_of, call.args) if text is not None]
    if name in PLAIN and texts:
        yield Message(texts[0])
    elif name in PLURAL and len(texts) > 1:
        yield Message(texts[0], plural=texts[1])
    elif name in CONTEXT and len(texts) > 1:
        yield Message(texts[1], context=texts[0])
    for keyword in call.keywords:
        said = _text_of(keyword.value)
        if said and _is_said(name, keyword.arg):
            yield Message(said)


def _is_said(function: str, keyword: str | None) -> bool:
    """Whether a keyword's text is shown: of a refusal, its facts, or ``what``."""
    if function == "RefusalKind":
        return keyword in {"sentence", "remedy"}
    return keyword == "what" or (function.isupper() and len(function) > 1)


def _name_of(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _text_of(node: ast.expr) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return None


def in_template(text: str) -> Iterator[Message]:
    """Find translate and blocktranslate tags, and _("…") in tags and variables."""
    for function, *literals in IN_TEMPLATE.findall(templatize(text)):
        texts = [ast.literal_eval(literal) for literal in literals if literal]
        if function == "ngettext":
            yield Message(texts[0], plural=texts[1])
        elif function == "pgettext":
            yield Message(texts[1], context=texts[0])
        elif function == "npgettext":
            yield Message(texts[1], plural=texts[2], context=texts[0])
        else:
            yield Message(texts[0])


# ------------------------------------------------------------------------ the parts
@dataclass(frozen=True, slots=True)
class Translated:
    """An entry of a part, and which part says it."""

    entry: polib.POEntry
    part: str

    @property
    def key(self) -> tuple[str, str]:
        """What may be said only once: context and id."""
        return self.entry.msgctxt or "", self.entry.msgid

    @property
    def said(self) -> str:
        """The Chinese; a plural has one form."""
        return str(self.entry.msgstr or self.entry.msgstr_plural.get(0, ""))


def read_parts() -> list[Translated]:
    """Read every part, in the order of their names."""
    return [
        Translated(entry, path.name)
        for path in sorted(PARTS.glob("*.po"))
        for entry in polib.pofile(str(path), encoding="utf-8")
        if not entry.obsolete
    ]


def compile_parts() -> int:
    """Compile all parts into the one file that Django reads."""
    catalogue = polib.POFile(encoding="utf-8")
    catalogue.metadata = {
        "Content-Type": "text/plain; charset=UTF-8",
        "Language": "zh_Hans",
        "Plural-Forms": "nplurals=1; plural=0;",
    }
    seen = set()
    for translated in read_parts():
        if translated.key not in seen and translated.said:
            seen.add(translated.key)
            catalogue.append(translated.entry)
    COMPILED.parent.mkdir(parents=True, exist_ok=True)
    partial = COMPILED.with_suffix(".partial")
    catalogue.save_as_mofile(str(partial))
    partial.replace(COMPILED)
    print(f"{len(seen)} messages compiled")
    return 0


# ------------------------------------------------------------------------- checking
def check() -> int:
    """Print every fault of the translations; the exit code says whether there are any."""
    found = find_messages()
    parts = read_parts()
    faults = [
        *missing_faults(found, parts),
        *part_faults(found, parts),
        *contradictions(parts),
    ]
    for fault in faults:
        print(fault)
    print(f"{len(found)} messages, {len(faults)} faults")
    return 1 if faults else 0


def _missing(found: Found, parts: list[Translated]) -> list[Message]:
    said = {one.key for one in parts if one.said and not one.entry.fuzzy}
    return [one for one in found if one.id and (one.context, one.id) not in said]


def missing_faults(found: Found, parts: list[Translated]) -> Iterator[str]:
    """Name what has no Chinese."""
    for message in _missing(found, parts):
        yield f"missing: {message.id!r} in {', '.join(sorted(found[message]))}"


def part_faults(found: Found, parts: list[Translated]) -> Iterator[str]:
    """Name what is fuzzy, not used, or does not carry its placeholders over."""
    used = {(message.context, message.id) for message in found}
    for one in parts:
        where = f"{one.part}: {one.entry.msgid!r}"
        if one.entry.fuzzy:
            yield f"fuzzy: {where}"
        if one.key not in used:
            yield f"unused: {where}"
        if lost := placeholders(one.entry) - _names(one.said):
            yield f"placeholder {', '.join(sorted(lost))} lost: {where}"


def placeholders(entry: polib.POEntry) -> set[str]:
    """The placeholders of the English that the Chinese must carry too."""
    return _names(entry.msgid) & _names(entry.msgid_plural or entry.msgid)


def _names(text: str) -> set[str]:
    pairs = re.findall(r"\{(\w+)\}|%\((\w+)\)s", text)
    return {braces or percent for braces, percent in pairs}


def contradictions(parts: list[Translated]) -> Iterator[str]:
    """Name what two parts translate differently."""
    first: dict[tuple[str, str], Translated] = {}
    for one in parts:
        known = first.setdefault(one.key, one)
        if known.said != one.said:
            yield f"contradiction: {one.entry.msgid!r} in {known.part} and {one.part}"


def print_missing() -> int:
    """Print a part with an empty entry for everything that has no Chinese yet."""
    found = find_messages()
    for message in _missing(found, read_parts()):
        entry = polib.POEntry(
            msgid=message.id,
            msgid_plural=message.plural,
            msgctxt=message.context or None,
            comment=", ".join(sorted(found[message])),
        )
        if message.plural:
            entry.msgstr_plural = {0: ""}
        print(entry)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else ""))
