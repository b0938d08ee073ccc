"""App config."""

from django.apps import AppConfig


class DailyReturnConfig(AppConfig):
    name = "fangxian.capabilities.daily_return"
