"""App config."""

from typing import ClassVar

from django.apps import AppConfig


class ReportConfig(AppConfig):
    name = "fangxian.mechanisms.report"
    guards: ClassVar[tuple[str, ...]] = ("0001_initial",)
