"""App config."""

from django.apps import AppConfig


class ProtocolConfig(AppConfig):
    name = "fangxian.mechanisms.protocol"
