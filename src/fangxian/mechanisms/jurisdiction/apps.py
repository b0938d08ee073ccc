"""App config."""

from django.apps import AppConfig


class JurisdictionConfig(AppConfig):
    name = "fangxian.mechanisms.jurisdiction"
