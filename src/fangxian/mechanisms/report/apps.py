"""App config."""

from django.apps import AppConfig


class ReportConfig(AppConfig):
    name = "fangxian.mechanisms.report"
