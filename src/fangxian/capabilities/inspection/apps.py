"""App config."""

from django.apps import AppConfig


class InspectionConfig(AppConfig):
    name = "fangxian.capabilities.inspection"
