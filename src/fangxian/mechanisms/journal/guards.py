"""Triggers that keep rows as they were written: are they there, and as they were made?

Each app says which of its migrations put triggers on (``guards``). What the code of
these would execute is compared with what the database holds: while one was away, rows
of its table could be changed. PostgreSQL spells a condition (``WHEN``) in its own way,
so there it is compared by its parts: which are alternatives, and which hold together.
"""

import re
from collections import deque
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module

from django.apps import apps
from django.db import connection


class What(StrEnum):
    """What can be wrong with a trigger; the value is the sentence."""

    GUARD_GONE = "A trigger that keeps rows as they are is gone."
    GUARD_CHANGED = "A trigger that keeps rows as they are was changed."
    GUARD_FOREIGN = "A trigger that this house never made stands on a table it guards."


REMEDY = (
    "Meanwhile rows could be changed: compare with a checkpoint held elsewhere, find out"
    " who reaches the database, and put triggers back with fangxian guards --put-back."
)


@dataclass(frozen=True, slots=True)
class Guard:
    """A trigger: its name, its table, and what it does, however it is spelled."""

    name: str
    table: str
    does: str


@dataclass(frozen=True, slots=True)
class Fault:
    """A trigger that is not as it was made."""

    name: str
    table: str
    what: What


TRIGGER = re.compile(
    r"CREATE TRIGGER (?P<name>\w+) BEFORE (?P<on>[\w ]+) ON (?:\w+\.)?(?P<table>\w+) .+"
)
CALLS = re.compile(
    r"FOR EACH (?P<each>ROW|STATEMENT) (?P<when>WHEN .+ )?"
    r"EXECUTE FUNCTION (?:\w+\.)?(?P<function>\w+)\(\)"
)
QUOTE = "'"
CAST = re.compile(r"::[\w ]+?(?=[)\s]|$)")
BRACKETED_NAME = re.compile(r"(?<!\w)\((?P<name>\w+\.\w+)\)")
TOKEN = re.compile(r"'[^']*'|[()]|[^\s()']+")
FUNCTION = re.compile(r"CREATE FUNCTION (?P<name>\w+)\(\) .+ \$\$(?P<body>.+)\$\$")
SQLITE = "SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'"
POSTGRESQL = """
    SELECT held.tgname, guarded.relname, pg_get_triggerdef(held.oid), called.prosrc,
        held.tgenabled
    FROM pg_trigger held
    JOIN pg_class guarded ON guarded.oid = held.tgrelid
    JOIN pg_proc called ON called.oid = held.tgfoid
    WHERE NOT held.tgisinternal AND pg_table_is_visible(guarded.oid)
"""
ENABLED = "O"


def faults() -> tuple[Fault, ...]:
    """Name every trigger that is gone, changed or foreign, table by table."""
    made, held = made_guards(), {one.name: one for one in _held_guards()}
    guarded = {one.table for one in made.values()}
    found = [
        Fault(one.name, one.table, _what(one, held.get(one.name)))
        for one in made.values()
        if held.get(one.name) != one
    ]
    found += [
        Fault(one.name, one.table, What.GUARD_FOREIGN)
        for one in held.values()
        if one.table in guarded and one.name not in made
    ]
    return tuple(sorted(found, key=lambda one: (one.table, one.name)))


def _what(made: Guard, held: Guard | None) -> What:
    is_gone = held is None or held.table != made.table
    return What.GUARD_GONE if is_gone else What.GUARD_CHANGED


# ------------------------------------------------------------------------ as made
def made_guards() -> dict[str, Guard]:
    """Give every trigger of the migrations, as this database would hold it."""
    statements = made_statements()
    bodies = {
        found["name"]: found["body"].strip()
        for found in map(FUNCTION.fullmatch, statements)
        if found is not None
    }
    triggers = [
        found for found in map(TRIGGER.fullmatch, statements) if found is not None
    ]
    return {
        one["name"]: Guard(one["name"], one["table"], _does(one.string, bodies))
        for one in triggers
    }


def made_statements() -> list[str]:
    """Give what the migrations execute to put the triggers on, in their order."""
    recorder = _Recorder()
    for config in apps.get_app_configs():
        for migration in getattr(config, "guards", ()):
            module = import_module(f"{config.name}.migrations.{migration}")
            for operation in module.Migration.operations:
                if put_on := getattr(operation, "code", None):  # tables have none
                    put_on(apps, recorder)
    return recorder.statements


class _Recorder:
    """What a migration takes for its schema editor: it keeps, and executes nothing."""

    def __init__(self) -> None:
        self.connection = connection
        self.statements: list[str] = []

    def execute(self, sql: str, params: object = None) -> None:
        """Keep a statement, on one line."""
        del params
        self.statements.append(_on_one_line(sql))


def renewing(names: Collection[str]) -> Iterator[str]:
    """Give the statements that put these triggers back as the migrations made them."""
    on_table = " ON {table}" if connection.vendor == "postgresql" else ""
    for statement in made_statements():
        found = TRIGGER.fullmatch(statement)
        if found is None:
            yield statement.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1)
        elif found["name"] in names:
            where = on_table.format(table=found["table"])
            yield f"DROP TRIGGER IF EXISTS {found['name']}{where}"
            yield statement


# ------------------------------------------------------------------------ as held
def _held_guards() -> Iterator[Guard]:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(SQLITE)
            for name, table, sql in cursor.fetchall():
                yield Guard(name, table, _on_one_line(sql))
            return
        cursor.execute(POSTGRESQL)
        for name, table, definition, body, enabled in cursor.fetchall():
            does = _meaning(_on_one_line(definition), _on_one_line(body))
            yield Guard(name, table, does if enabled == ENABLED else "nothing")


# ---------------------------------------------------------------------- spelled alike
def _does(statement: str, bodies: dict[str, str]) -> str:
    """Say what a trigger of a migration does: SQLite keeps its statement as it is."""
    called = CALLS.search(statement)
    return (
        statement if called is None else _meaning(statement, bodies[called["function"]])
    )


def _meaning(definition: str, body: str) -> str:
    """Say what a trigger does when, whichever way the order of events is written."""
    spelled, called = TRIGGER.fullmatch(definition), CALLS.search(definition)
    if spelled is None or called is None:
        return definition
    events = " or ".join(sorted(spelled["on"].lower().split(" or ")))
    condition = _parts(called["when"] or "WHEN always")
    return f"{events} {called['each']} {condition}: {body}"


def _parts(when: str) -> str:
    """Spell a condition by its parts, without the brackets that it does not need.

    PostgreSQL adds brackets and casts and writes names small; what stands between
    quotation marks it keeps.
    """
    spelled = CAST.sub("", when.strip().removeprefix("WHEN"))
    while spelled != (bare := BRACKETED_NAME.sub(r"\g<name>", spelled)):
        spelled = bare
    return _alternatives(deque(TOKEN.findall(spelled)))


def _alternatives(tokens: deque[str]) -> str:
    """Read until the bracket closes: what ``or`` joins of what ``and`` joins."""
    found: list[list[str]] = [[""]]
    while tokens and (part := tokens.popleft()) != ")":
        if part == "(":
            found[-1][-1] += _alternatives(tokens)
        elif part.lower() == "or":
            found.append([""])
        elif part.lower() == "and":
            found[-1].append("")
        else:
            found[-1][-1] += f" {part if part[0] == QUOTE else part.lower()}"
    joined = [" and ".join(part.strip() for part in one) for one in found]
    return (
        joined[0] if len(joined) == len(found[0]) == 1 else f"[{' or '.join(joined)}]"
    )


def _on_one_line(text: str) -> str:
    return " ".join(text.split())
