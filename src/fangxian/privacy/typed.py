"""Typed words: what a person writes in free words is sealed wherever it is kept.

People write names and telephones into every box that takes words, whatever it asks. So
a column that is written in free words is a ``TypedTextField``, and a field of an event
is declared ``Typed``: in the journal such a field is a *sealed part*, which the chain of
digests covers as it stands, and which opens under the key that its seal names. Nothing
is found, compared or sorted by typed words in the database.
"""

import base64
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import models

from fangxian.privacy.fields import SealedTextField, seal, unseal
from fangxian.privacy.keys import keyring_at


PART = "sealed"


class TypedTextField(SealedTextField):
    """Free words in Python, ciphertext in the database; nothing said stays nothing.

    Empty words are stored empty, so that constraints can ask for a reason.
    """

    description = "typed words, sealed"

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"default": str, **options})

    def get_default(self) -> Any:
        """Give no words, where a column of bytes would have no bytes."""
        default = super().get_default()
        return "" if default == b"" else default

    def get_prep_value(self, value: str | None) -> bytes | None:
        """Seal on the way in."""
        return b"" if value == "" else super().get_prep_value(value)

    def from_db_value(
        self, value: bytes | None, expression: Any, connection: Any
    ) -> str | None:
        """Open on the way out."""
        if value is not None and not len(value):
            return ""
        return super().from_db_value(value, expression, connection)


def sealed_part(words: str, *, bound_to: str) -> dict[str, str]:
    """Seal words that stand inside of JSON; ``bound_to`` names the column."""
    sealed = seal(
        words, keyring=keyring_at(settings.FANGXIAN_KEYRING), bound_to=bound_to
    )
    return {PART: base64.b64encode(sealed).decode("ascii")}


def opened_parts(value: Any, *, bound_to: str) -> Any:
    """Open the parts of an object of JSON that ``sealed_part`` made; else as it is."""
    if not isinstance(value, dict):
        return value
    if _is_part(value):
        return _opened(value, bound_to)
    return {
        name: _opened(one, bound_to) if _is_part(one) else one
        for name, one in value.items()
    }


def _is_part(value: object) -> bool:
    return (
        isinstance(value, dict) and len(value) == 1 and isinstance(value.get(PART), str)
    )


def _opened(part: Mapping[str, str], bound_to: str) -> str:
    keyring = keyring_at(settings.FANGXIAN_KEYRING)
    sealed = base64.b64decode(part[PART])
    return unseal(sealed, keyring=keyring, bound_to=bound_to)


class PartlySealedJSONField(models.JSONField):
    """JSON whose sealed parts are open in Python; whoever writes it seals them."""

    description = "JSON with sealed parts"

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> Any:
        """Open the parts on the way out."""
        read = super().from_db_value(value, expression, connection)
        return opened_parts(read, bound_to=_column(self))


def _column(field: "models.Field[Any, Any]") -> str:
    return f"{field.model._meta.db_table}.{field.column}"  # noqa: SLF001 -- Django documents _meta as public
