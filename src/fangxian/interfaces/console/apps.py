"""App config."""

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    name = "fangxian.interfaces.console"

    def ready(self) -> None:
        """Register the checks that refuse wrong settings at start, and hear of log-ins."""
        from fangxian.interfaces.console import (  # noqa: PLC0415 -- after the models
            checks,  # noqa: F401 -- importing registers them
            log_ins,
        )

        log_ins.connect()
