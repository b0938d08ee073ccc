"""App config."""

from django.apps import AppConfig


class RestrictionConfig(AppConfig):
    name = "fangxian.mechanisms.restriction"
