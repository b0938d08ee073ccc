"""App config."""

from django.apps import AppConfig


class ObservationConfig(AppConfig):
    name = "fangxian.mechanisms.observation"
