"""What may be done to accounts, each act with its entry in the journal."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from axes.utils import reset as forget_wrong_passwords
from django.db import transaction
from django.db.models import Q, QuerySet

from fangxian.interfaces.console.models import Account
from fangxian.kernel.actors import Actor
from fangxian.kernel.refusals import RefusalKind
from fangxian.kernel.scopes import EVERYWHERE
from fangxian.mechanisms.journal.actions import record
from fangxian.mechanisms.jurisdiction import queries as jurisdiction


UNKNOWN = RefusalKind(
    code="console.account_unknown",
    sentence="There is no such account.",
    remedy="Go back to the list of accounts.",
    hidden=True,
)
NAME_TAKEN = RefusalKind(
    code="console.account_name_taken",
    sentence="An account is already called {username}.",
    remedy="Choose another name.",
)
HAS_ACCOUNT = RefusalKind(
    code="console.person_has_account",
    sentence="This person already has an account.",
    remedy="Give them a new link for it instead.",
)
OWN_ACCOUNT = RefusalKind(
    code="console.own_account",
    sentence="Nobody closes their own account.",
    remedy="Ask another administrator.",
)


@dataclass(frozen=True, slots=True)
class AccountOpened:
    """An account was opened for a person."""

    name: ClassVar[str] = "account.opened"
    account: int
    person: UUID


@dataclass(frozen=True, slots=True)
class AccountUnlocked:
    """The count of wrong passwords was put back to none."""

    name: ClassVar[str] = "account.unlocked"
    account: int


@dataclass(frozen=True, slots=True)
class AccountClosed:
    """The account no longer lets anybody in."""

    name: ClassVar[str] = "account.closed"
    account: int


@dataclass(frozen=True, slots=True)
class AccountReopened:
    """The account lets its person in again."""

    name: ClassVar[str] = "account.reopened"
    account: int


Event = AccountOpened | AccountUnlocked | AccountClosed | AccountReopened


def get_account(account_id: int, *, by: Actor, at: datetime) -> Account:
    """Give an account whose person holds a post in the actor's scope, or no post."""
    account = Account.objects.filter(pk=account_id).first()
    if account is None or not _in_reach(account, by=by, at=at):
        raise UNKNOWN()
    return account


def _in_reach(account: Account, *, by: Actor, at: datetime) -> bool:
    held = jurisdiction.posts_held(account.person, at=at) if account.person else []
    return not held or any(
        jurisdiction.reaches_area(by.scope, post.area) for post in held
    )


def accounts_within(by: Actor, at: datetime) -> "QuerySet[Account]":
    """The accounts of those who hold a post in scope, or no post at all."""
    reached = jurisdiction.persons_within(by.scope, at)
    holders = jurisdiction.persons_within(EVERYWHERE, at)
    return Account.objects.filter(
        Q(person__in=reached) | Q(person=None) | ~Q(person__in=holders)
    )


@transaction.atomic
def open_account(
    username: str, *, person: UUID, by: Actor, at: datetime, password: str | None = None
) -> Account:
    """Open an account for a person; without a password it waits for its link."""
    if Account.objects.filter(username=username).exists():
        raise NAME_TAKEN(username=username)
    if Account.objects.filter(person=person).exists():
        raise HAS_ACCOUNT()
    account = Account(username=username, person=person)
    account.set_password(password)
    account.save()
    _record(AccountOpened(account.pk, person), by=by, at=at)
    return account


@transaction.atomic
def unlock_account(account_id: int, *, by: Actor, at: datetime) -> None:
    """Forget the wrong passwords of an account."""
    account = get_account(account_id, by=by, at=at)
    forget_wrong_passwords(username=account.username)
    _record(AccountUnlocked(account.pk), by=by, at=at)


@transaction.atomic
def set_standing(account_id: int, *, open_: bool, by: Actor, at: datetime) -> None:
    """Close an account, or open it again. Sessions end with the next request."""
    account = get_account(account_id, by=by, at=at)
    if account.person == by.person:
        raise OWN_ACCOUNT()
    if account.is_active == open_:
        return
    account.is_active = open_
    account.save(update_fields=["is_active"])
    event = AccountReopened(account.pk) if open_ else AccountClosed(account.pk)
    _record(event, by=by, at=at)


def _record(event: Event, *, by: Actor, at: datetime) -> None:
    record(event, by=by, at=at, subject=f"account:{event.account}", area=by.unit)
