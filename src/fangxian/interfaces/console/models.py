"""Accounts: how a person gets in. What they may do hangs on their post, not here."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q

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
        "username": Privacy.NAME,
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


class PasswordLink(models.Model):
    """The last link by which an account's password may be set, and who agreed to it.

    ``alone`` says that it works without a second person; else it works from
    ``agreed_at`` on. ``used_at`` is when the password was set by it.
    """

    privacy: ClassVar = {
        **dict.fromkeys(("account", "alone"), Privacy.STRUCTURE),
        **dict.fromkeys(
            ("asked_by", "asked_at", "agreed_by", "agreed_at", "used_at"),
            Privacy.STAFF,
        ),
    }

    account = models.OneToOneField(
        Account, primary_key=True, on_delete=models.PROTECT, related_name="link"
    )
    alone = models.BooleanField()
    asked_by = models.UUIDField()
    asked_at = models.DateTimeField()
    agreed_by = models.UUIDField(null=True)
    agreed_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="password_link_agreed_by_another",
                condition=Q(agreed_by=None, agreed_at=None)
                | (Q(agreed_at__isnull=False) & ~Q(agreed_by=F("asked_by"))),
            ),
            models.CheckConstraint(
                name="password_link_used_once_agreed",
                condition=Q(used_at=None) | Q(alone=True) | Q(agreed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"link for account {self.account_id}"
