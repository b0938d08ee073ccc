"""App config."""

from django.apps import AppConfig


class HomeWatchConfig(AppConfig):
    name = "fangxian.capabilities.home_watch"
