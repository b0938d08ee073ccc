"""The key by which the ledger compares names; the legal forms are data."""

from functools import cache
from pathlib import Path

import yaml

from fangxian.kernel.identifiers import name_key


LEGAL_FORMS = Path(__file__).with_name("legal-forms.yaml")


@cache
def legal_forms() -> tuple[str, ...]:
    """Give the endings that do not tell one place from another."""
    return tuple(yaml.safe_load(LEGAL_FORMS.read_text(encoding="utf-8")))


def key_of(name: str) -> str:
    """Give the key of a place's name."""
    return name_key(name, legal_forms=legal_forms())
