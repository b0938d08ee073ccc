"""App config."""

from typing import ClassVar

from django.apps import AppConfig


class ObservationConfig(AppConfig):
    name = "fangxian.mechanisms.observation"
    guards: ClassVar[tuple[str, ...]] = ("0001_initial",)
