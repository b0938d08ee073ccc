"""Accounts: how a person gets in. What they may do hangs on their post, not here."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from fangxian.privacy.classes import Privacy


class Language(models.TextChoices):
    """The languages of the console; the first is the default."""

    CHINESE = "zh-hans", "Chinese"
    ENGLISH = "en", "English"


class Theme(models.TextChoices):
    """Light, dark, or what the machine says."""

    SYSTEM = "system", "as the machine"
    LIGHT = "light", "light"
    DARK = "dark", "dark"


class Account(AbstractBaseUser):
    """A name and a password (argon2) for one person of ``jurisdiction.Staff``.

    ``person`` is null only for an account that nobody uses yet; such an account
    opens nothing but its own profile.
    """

    privacy: ClassVar = {
        "id": Privacy.STRUCTURE,
        "username": Privacy.WORK,
        "password": Privacy.SECRET,
        "person": Privacy.STAFF,
        "language": Privacy.STRUCTURE,
        "theme": Privacy.STRUCTURE,
        "is_active": Privacy.STRUCTURE,
        "last_login": Privacy.STAFF,
    }

    id = models.BigAutoField(primary_key=True)
    username = models.TextField(unique=True)
    person = models.UUIDField(null=True, unique=True)
    language = models.TextField(choices=Language.choices, default=Language.CHINESE)
    theme = models.TextField(choices=Theme.choices, default=Theme.SYSTEM)
    is_active = models.BooleanField(default=True)

    objects = BaseUserManager["Account"]()

    USERNAME_FIELD = "username"

    def __str__(self) -> str:
        return self.username
