"""Rows by the million, written as only benchmarks may: plain SQL, indexes afterwards."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any

from django.db import connection, models, transaction


AT_ONCE = 10_000
AS_THEY_ARE = (models.TextField, models.IntegerField, models.ForeignKey)

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


def load(
    model: type[models.Model],
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    always: Mapping[str, object] | None = None,
) -> None:
    """Write rows of these columns; ``always`` holds what all of them have alike."""
    fields = {field.column: field for field in model._meta.concrete_fields}  # noqa: SLF001 -- Django's own word for it
    alike = {
        column: _prepare(fields[column])(value)
        for column, value in (always or {}).items()
    }
    sql = _insert(model, (*columns, *alike))
    prepared = [_prepare(fields[column]) for column in columns]
    spelled = (
        (*(to(v) for to, v in zip(prepared, row, strict=True)), *alike.values())
        for row in rows
    )
    while batch := list(islice(spelled, AT_ONCE)):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany(sql, batch)


def _prepare(field: "models.Field[Any, Any]") -> Prepare:
    """How a field's value is handed to the database."""
    if isinstance(field, AS_THEY_ARE):
        return lambda value: value
    return lambda value: field.get_db_prep_save(value, connection)


def _insert(model: type[models.Model], columns: Sequence[str]) -> str:
    quote = connection.ops.quote_name
    names = ", ".join(map(quote, columns))
    marks = ", ".join(["%s"] * len(columns))
    return f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES ({marks})"  # noqa: S608, SLF001 -- names of our own tables
