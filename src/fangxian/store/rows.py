"""Rows of one table by statements that are spelled once: what every act does to them.

Building a statement costs the ORM several times what the database takes to answer it.
Here values pass through the same fields and converters as there, so that what is sealed
is sealed and a moment is a moment; constraints and triggers are the database's anyway.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from threading import local
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, DatabaseError, connection, connections
from django.db.models import Field, Model


Row = TypeVar("Row", bound=Model)

Convert = Callable[[Any, Any, Any], Any]
TABLES_KNOWN = 256


class _Shape(NamedTuple):
    """How the rows of a table are read: the statement, the names, what to convert."""

    select: str
    names: tuple[str, ...]
    converted: tuple[tuple[int, Any, tuple[Convert, ...]], ...]


class _Shapes(local):
    """The shapes that a thread has met; converters belong to its connection."""

    def __init__(self) -> None:
        self.known: dict[type[Model], _Shape] = {}


_SHAPES = _Shapes()


# ------------------------------------------------------------------------- reading
def read(
    model: type[Row],
    condition: str,
    values: Sequence[Any],
    *,
    to_change: bool = False,
) -> list[Row]:
    """Give the rows that a condition in SQL means, in the order that it names.

    ``values`` fill its marks, as this database's driver takes them. With ``to_change``
    the rows are locked, where the database locks rows.
    """
    shape = _shape_of(model)
    sql = f"{shape.select} WHERE {condition}"
    if to_change and connection.features.has_select_for_update:
        sql += f" {connection.ops.for_update_sql()}"
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        found = cursor.fetchall()
    here = _here()
    return [_row(model, shape, row, here) for row in found]


def find(model: type[Row], key: object, *, to_change: bool = False) -> Row | None:
    """Give the row with this primary key, if there is one."""
    field = _key_of(model)
    wanted = field.get_db_prep_value(key, connection)
    found = read(model, _by_key(model), [wanted], to_change=to_change)
    return found[0] if found else None


def _row(model: type[Row], shape: _Shape, values: Sequence[Any], here: Any) -> Row:
    read = list(values)
    for place, column, converters in shape.converted:
        for convert in converters:
            read[place] = convert(read[place], column, here)
    return model.from_db(DEFAULT_DB_ALIAS, shape.names, read)


def _shape_of(model: type[Model]) -> _Shape:
    known = _SHAPES.known.get(model)
    if known is None:
        known = _SHAPES.known[model] = _new_shape(model)
    return known


def _new_shape(model: type[Model]) -> _Shape:
    fields = _fields_of(model)
    table = _table_of(model)
    columns = [field.get_col(table) for field in fields]
    listed = ", ".join(_quoted(field.column) for field in fields)
    converted = (
        (
            place,
            column,
            (
                *connection.ops.get_db_converters(column),
                *column.get_db_converters(connection),
            ),
        )
        for place, column in enumerate(columns)
    )
    return _Shape(
        select=f"SELECT {listed} FROM {_quoted(table)}",  # noqa: S608 -- names only, all from a model
        names=tuple(field.attname for field in fields),
        converted=tuple(one for one in converted if one[2]),
    )


# ------------------------------------------------------------------------- writing
def take_turns(key: UUID) -> None:
    """Wait until nobody else writes under a key that was made elsewhere.

    Must run inside the caller's transaction, whose end is the end of the turn. For
    what may be sent twice at once: a row that is not there yet cannot be locked.
    """
    if connection.vendor == "postgresql":  # SQLite lets one write at a time
        upper, lower = key.int >> 64, key.int & (1 << 64) - 1
        number = (upper ^ lower).to_bytes(8)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(%s)",
                [int.from_bytes(number, signed=True)],
            )


def insert(row: Model) -> None:
    """Store a new row; one without a key is given its own by the database."""
    model = type(row)
    is_numbered = row.pk is not None
    fields = [one for one in _fields_of(model) if is_numbered or not one.primary_key]
    here = _here()
    values = [one.get_db_prep_save(getattr(row, one.attname), here) for one in fields]
    with connection.cursor() as cursor:
        cursor.execute(_insert_of(model, is_numbered=is_numbered), values)
        if not is_numbered:
            (row.pk,) = cursor.fetchone()
    row._state.adding = False  # noqa: SLF001 -- Django documents _state as public
    row._state.db = connection.alias  # noqa: SLF001 -- Django documents _state as public


def insert_all(
    model: type[Model], names: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Store new rows, each given as its values of the named fields, by one statement.

    What is not named is left to the database, the key too where it numbers rows.
    """
    fields = {one.attname: one for one in _fields_of(model)}
    spelled = [fields[name].get_db_prep_save for name in names]
    here = _here()
    with connection.cursor() as cursor:
        cursor.executemany(
            _insert_into(model, [fields[name] for name in names]),
            [
                [spell(value, here) for spell, value in zip(spelled, row, strict=True)]
                for row in rows
            ],
        )


def keep(row: Model) -> None:
    """Store a row, a new one or one that has changed as a whole."""
    if row._state.adding:  # noqa: SLF001 -- Django documents _state as public
        insert(row)
    else:
        row.save()


def change(row: Model, *names: str) -> None:
    """Store these fields of a row that is there already."""
    model = type(row)
    fields = [model._meta.get_field(name) for name in names]  # noqa: SLF001 -- Django documents _meta as public
    here = _here()
    values = [
        one.get_db_prep_save(getattr(row, one.attname), here)
        for one in fields
        if isinstance(one, Field)
    ]
    key = _key_of(model).get_db_prep_value(row.pk, here)
    with connection.cursor() as cursor:
        cursor.execute(_update_of(model, names), [*values, key])
        if cursor.rowcount != 1:
            message = f"{row} is not stored"
            raise DatabaseError(message)


@lru_cache(maxsize=TABLES_KNOWN)
def _insert_of(model: type[Model], *, is_numbered: bool) -> str:
    fields = [one for one in _fields_of(model) if is_numbered or not one.primary_key]
    sql = _insert_into(model, fields)
    return sql if is_numbered else f"{sql} RETURNING {_quoted(_key_of(model).column)}"


def _insert_into(model: type[Model], fields: Sequence["Field[Any, Any]"]) -> str:
    columns = ", ".join(_quoted(field.column) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    return f"INSERT INTO {_quoted(_table_of(model))} ({columns}) VALUES ({marks})"  # noqa: S608 -- names only, all from a model


@lru_cache(maxsize=TABLES_KNOWN)
def _update_of(model: type[Model], names: tuple[str, ...]) -> str:
    columns = [model._meta.get_field(name).column for name in names]  # type: ignore[union-attr]  # noqa: SLF001 -- Django documents _meta as public; a relation has no column
    changed = ", ".join(f"{_quoted(column)} = %s" for column in columns)
    return f"UPDATE {_quoted(_table_of(model))} SET {changed} WHERE {_by_key(model)}"  # noqa: S608 -- names only, all from a model


# ------------------------------------------------------------------------- spelling
def _fields_of(model: type[Model]) -> Sequence["Field[Any, Any]"]:
    return model._meta.concrete_fields  # noqa: SLF001 -- Django documents _meta as public


def _key_of(model: type[Model]) -> "Field[Any, Any]":
    return model._meta.pk  # noqa: SLF001 -- Django documents _meta as public


def _table_of(model: type[Model]) -> str:
    return model._meta.db_table  # noqa: SLF001 -- Django documents _meta as public


def _by_key(model: type[Model]) -> str:
    return f"{_quoted(_key_of(model).column)} = %s"


def _here() -> Any:
    """Give the connection itself: each value asks it, its stand-in would cost more."""
    return connections[DEFAULT_DB_ALIAS]


def _quoted(name: str | None) -> str:
    return connection.ops.quote_name(str(name))
