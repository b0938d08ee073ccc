"""App config."""

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    name = "fangxian.interfaces.console"

    def ready(self) -> None:
        """Register the checks that refuse wrong settings at start."""
        from fangxian.interfaces.console import checks  # noqa: F401, PLC0415 -- importing registers them
