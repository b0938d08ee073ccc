"""App config."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "fangxian.mechanisms.ledger"
