"""Links by which a password is set, and the second person that many of them need.

Whoever makes a link could use it. Where the account reads about people, or could agree
to such a link, it works only after somebody of another role has agreed (ADR 28).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, ClassVar
from uuid import UUID

from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from fangxian.interfaces.console.accounts import accounts_within, get_account
from fangxian.interfaces.console.models import Account, PasswordLink
from fangxian.kernel.actors import SYSTEM, Actor, Role
from fangxian.kernel.refusals import RefusalKind
from fangxian.mechanisms.journal.actions import record
from fangxian.mechanisms.jurisdiction import queries as jurisdiction
from fangxian.mechanisms.jurisdiction.queries import PostFacts
from fangxian.mechanisms.jurisdiction.rules import READING_OF_PEOPLE


if TYPE_CHECKING:
    from django.db.models import QuerySet

GOOD_FOR = timedelta(days=1)  # as PASSWORD_RESET_TIMEOUT, which counts real time
AGREEING = frozenset({Role.DISTRICT, Role.SUPERVISION})
"""Who agrees to links at all."""

WAITS = RefusalKind(
    code="console.link_waits",
    sentence="This link does not work yet: a second person has to agree to it.",
    remedy="Ask the district headquarters to agree under Accounts, then open the link again; after a day ask for a new one.",
)
NO_LINK = RefusalKind(
    code="console.no_link",
    sentence="No link for this account waits for somebody to agree.",
    remedy="It was answered, used, or its day is over; a new one may be made.",
)
NOT_YOURS_TO_AGREE = RefusalKind(
    code="console.not_yours_to_agree",
    sentence="Another person has to agree to this link.",
    remedy="Ask somebody of the district headquarters who neither made it nor is to use it.",
)


@dataclass(frozen=True, slots=True)
class Linked:
    """A link was made by which a password can be set; ``waits`` for a second person."""

    name: ClassVar[str] = "account.linked"
    account: int
    waits: bool


@dataclass(frozen=True, slots=True)
class LinkAgreed:
    """A second person agreed to a link; it works from now on."""

    name: ClassVar[str] = "account.link_agreed"
    account: int


@dataclass(frozen=True, slots=True)
class LinkRefused:
    """A second person did not agree to a link; it never works."""

    name: ClassVar[str] = "account.link_refused"
    account: int


@dataclass(frozen=True, slots=True)
class PasswordSet:
    """A password was set by a link; whoever opened it is known by nothing else."""

    name: ClassVar[str] = "account.password_set"
    account: int


Event = Linked | LinkAgreed | LinkRefused | PasswordSet


# ------------------------------------------------------------------------ who agrees
def agreeing_to(roles: Collection[Role]) -> frozenset[Role]:
    """Say which roles agree to a link for an account of these roles; none is asked alone."""
    held = frozenset(roles)
    if held & (AGREEING | {Role.ADMINISTRATOR}):
        return AGREEING
    return frozenset({Role.DISTRICT}) if held & READING_OF_PEOPLE else frozenset()


def _posts(account: Account, at: datetime) -> list[PostFacts]:
    return jurisdiction.posts_held(account.person, at=at) if account.person else []


def _is_alone(account: Account, *, asked_by: UUID, at: datetime) -> bool:
    """Whether a link works at once: no second person is needed, or there is none yet."""
    held = _posts(account, at)
    roles = agreeing_to({post.role for post in held})
    if not roles or asked_by == SYSTEM.person:
        return True
    known = jurisdiction.ever_held(_above(held, roles)) - {account.person, asked_by}
    others = Account.objects.filter(person__in=known).exclude(pk=account.pk)
    return not any(one.password and one.has_usable_password() for one in others)


def _above(held: Sequence[PostFacts], roles: Collection[Role]) -> set[int]:
    chain = (one for post in held for one in jurisdiction.posts_of_chain(post.area))
    return {one.id for one in chain if one.role in roles}


# ------------------------------------------------------------------------------ acts
@transaction.atomic
def give_link(account_id: int, *, by: Actor, at: datetime) -> str:
    """Make the path by which a password is set, once and within a day (real time).

    Where a second person is needed it works after they agreed; an earlier link that
    waited does not.
    """
    account = get_account(account_id, by=by, at=at)
    alone = _is_alone(account, asked_by=by.person, at=at)
    said = {"alone": alone, "asked_by": by.person, "asked_at": at}
    unused = {"agreed_by": None, "agreed_at": None, "used_at": None}
    PasswordLink.objects.update_or_create(account=account, defaults=said | unused)
    _record(Linked(account.pk, waits=not alone), by=by, at=at)
    uid = urlsafe_base64_encode(force_bytes(account.pk))
    return reverse("welcome", args=[uid, default_token_generator.make_token(account)])


@transaction.atomic
def agree(account_id: int, *, by: Actor, at: datetime) -> None:
    """Agree to a link that another made for a third."""
    link = _waiting(account_id, by=by, at=at)
    link.agreed_by, link.agreed_at = by.person, at
    link.save(update_fields=["agreed_by", "agreed_at"])
    _record(LinkAgreed(account_id), by=by, at=at)


@transaction.atomic
def refuse(account_id: int, *, by: Actor, at: datetime) -> None:
    """Do not agree to a link: it never works."""
    _waiting(account_id, by=by, at=at).delete()
    _record(LinkRefused(account_id), by=by, at=at)


def _waiting(account_id: int, *, by: Actor, at: datetime) -> PasswordLink:
    """Lock the link that waits, and refuse all but a second person of those who agree."""
    account = get_account(account_id, by=by, at=at)
    link = waiting(at).select_for_update().filter(account=account).first()
    if link is None:
        raise NO_LINK()
    is_second = by.person not in {link.asked_by, account.person}
    if not is_second or by.role not in agreeing_to(
        {post.role for post in _posts(account, at)}
    ):
        raise NOT_YOURS_TO_AGREE()
    return link


def check_works(account: Account, *, at: datetime) -> None:
    """Refuse a link that nobody agreed to, if by now somebody has to."""
    link = PasswordLink.objects.filter(account=account, used_at=None).first()
    if link is not None and link.agreed_at is not None:
        return
    asked_by = account.person if link is None else link.asked_by
    if asked_by is not None and not _is_alone(account, asked_by=asked_by, at=at):
        raise WAITS()


def note_password_set(account: Account, *, at: datetime) -> None:
    """Keep that the password was set by the link, so that its holder is told."""
    PasswordLink.objects.filter(account=account, used_at=None).update(used_at=at)
    _record(PasswordSet(account.pk), by=SYSTEM, at=at)


def _record(event: Event, *, by: Actor, at: datetime) -> None:
    record(event, by=by, at=at, subject=f"account:{event.account}", area=by.unit)


# --------------------------------------------------------------------------- readers
def waiting(at: datetime) -> "QuerySet[PasswordLink]":
    """The links that wait for a second person."""
    asked = PasswordLink.objects.filter(alone=False, agreed_at=None, used_at=None)
    return asked.filter(asked_at__gt=at - GOOD_FOR)


def waiting_for(by: Actor, at: datetime) -> list[PasswordLink]:
    """List the links in reach that wait for this actor to agree; the oldest first."""
    found = list(waiting(at).select_related("account").order_by("asked_at", "pk"))
    if not found:
        return []
    reached = set(accounts_within(by, at).values_list("pk", flat=True))
    persons = [link.account.person for link in found if link.account.person]
    held = jurisdiction.posts_held_by(persons, at=at)
    return [
        link
        for link in found
        if link.account_id in reached
        and link.account.person
        and by.person not in {link.asked_by, link.account.person}
        and by.role in agreeing_to({post.role for post in held[link.account.person]})
    ]
