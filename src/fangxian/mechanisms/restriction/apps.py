"""App config."""

from typing import ClassVar

from django.apps import AppConfig


class RestrictionConfig(AppConfig):
    name = "fangxian.mechanisms.restriction"
    guards: ClassVar[tuple[str, ...]] = ("0001_initial",)
