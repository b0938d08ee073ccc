"""Rows by the million, written as only benchmarks may: plain SQL, indexes afterwards."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any

from django.db import connection, models, transaction


AT_ONCE = 10_000

Prepare = Callable[[Any], object]


@contextmanager
def indexed_after(*written: type[models.Model]) -> Iterator[None]:
    """Take the indexes away while rows are written, and make them in one go after."""
    indexes = [(model, index) for model in written for index in model._meta.indexes]  # noqa: SLF001 -- Django's own word for it
    for model, index in indexes:
        with connection.schema_editor() as editor:
            editor.remove_index(model, index)
    yield
    for model, index in indexes:
        with connection.schema_editor() as editor:
            editor.add_index(model, index)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


@contextmanager
def in_order(model: type[models.Model], *columns: str) -> Iterator[None]:
    """Let rows be heaped anyhow, and go into a large index in its order after."""
    quote = connection.ops.quote_name
    table, heap = quote(model._meta.db_table), _heap_of(model)  # noqa: SLF001 -- Django's own word for it
    names = ", ".join(map(quote, columns))
    with connection.cursor() as cursor:
        like = f"SELECT * FROM {table} LIMIT 0"  # noqa: S608 -- names of our own tables
        cursor.execute(f"CREATE TEMPORARY TABLE {heap} AS {like}")
        yield
        cursor.execute(
            f"INSERT INTO {table} ({names}) SELECT {names} FROM {heap} ORDER BY {names}"  # noqa: S608 -- names of our own tables
        )
        cursor.execute(f"DROP TABLE {heap}")


def load(
    model: type[models.Model],
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    always: Mapping[str, object] | None = None,
    heaped: bool = False,
) -> None:
    """Write rows of these columns; ``always`` holds what all of them have alike.

    ``heaped`` says that they stand in the care of ``in_order``.
    """
    fields = {field.column: field for field in model._meta.concrete_fields}  # noqa: SLF001 -- Django's own word for it
    alike = {
        column: _prepare(fields[column])(value)
        for column, value in (always or {}).items()
    }
    table = _heap_of(model) if heaped else model._meta.db_table  # noqa: SLF001 -- Django's own word for it
    sql = _insert(table, (*columns, *alike))
    prepared = [_prepare(fields[column]) for column in columns]
    spelled = (
        (*(to(v) for to, v in zip(prepared, row, strict=True)), *alike.values())
        for row in rows
    )
    while batch := list(islice(spelled, AT_ONCE)):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany(sql, batch)


def _heap_of(model: type[models.Model]) -> str:
    return f"{model._meta.db_table}_heap"  # noqa: SLF001 -- Django's own word for it


def _prepare(field: "models.Field[Any, Any]") -> Prepare:
    """How a field's value is handed to the database; the quick way for the frequent ones."""
    if isinstance(field, models.ForeignKey):
        return _prepare(field.target_field)
    if isinstance(field, models.TextField | models.IntegerField):
        return lambda value: value
    if isinstance(field, models.DateTimeField):
        return connection.ops.adapt_datetimefield_value
    if isinstance(field, models.UUIDField) and not _has_uuids():
        return lambda value: value and value.hex
    return lambda value: field.get_db_prep_save(value, connection)


def _has_uuids() -> bool:
    return bool(connection.features.has_native_uuid_field)


def _insert(table: str, columns: Sequence[str]) -> str:
    quote = connection.ops.quote_name
    names = ", ".join(map(quote, columns))
    marks = ", ".join(["%s"] * len(columns))
    return f"INSERT INTO {quote(table)} ({names}) VALUES ({marks})"  # noqa: S608 -- names of our own tables
