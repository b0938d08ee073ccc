"""App config."""

from django.apps import AppConfig


class EnrolmentConfig(AppConfig):
    name = "fangxian.capabilities.enrolment"

    def ready(self) -> None:
        """Say whom the CDC reads, once tables are known."""
        from fangxian.capabilities.enrolment import concerns  # noqa: PLC0415 -- tables are known only now

        concerns.register()
