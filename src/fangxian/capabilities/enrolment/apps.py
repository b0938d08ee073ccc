"""App config."""

from django.apps import AppConfig


class EnrolmentConfig(AppConfig):
    name = "fangxian.capabilities.enrolment"
