"""The number of a row as an address names it, which may be any number at all."""

from typing import Any

from django import forms


LARGEST = 2**63 - 1  # that a database has


class NumberField(forms.IntegerField):
    """The number of a row, unseen in the form; none that no row could have."""

    def __init__(self, **more: Any) -> None:
        more = {"min_value": 1, "max_value": LARGEST, "required": False, **more}
        super().__init__(widget=forms.HiddenInput, **more)
