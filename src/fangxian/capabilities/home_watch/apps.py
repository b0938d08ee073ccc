"""App config."""

from django.apps import AppConfig


class HomeWatchConfig(AppConfig):
    name = "fangxian.capabilities.home_watch"

    def ready(self) -> None:
        """Say whom hospital and CDC read, once tables are known."""
        from fangxian.capabilities.home_watch import concerns  # noqa: PLC0415 -- tables are known only now

        concerns.register()
