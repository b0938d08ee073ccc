"""App config."""

from django.apps import AppConfig


class TaskConfig(AppConfig):
    name = "fangxian.mechanisms.task"
