"""Who opens what: every address has a row, and the rows are kept to."""

import csv

import pytest
from django.urls import URLPattern, get_resolver, reverse
from django.urls.resolvers import URLResolver

from fangxian.interfaces.console.matrix import (
    COLUMNS,
    FILE,
    ROLES,
    Right,
    matrix,
    right_of,
)
from fangxian.interfaces.console.pages.urls import urlpatterns
from fangxian.kernel.actors import Role
from tests.examples import all_examples
from tests.people import ROLES as ROLE_OF


EXAMPLES = all_examples()
BY_ROLE = {role: who for who, role in ROLE_OF.items()}


def _console_urls() -> dict[str, URLPattern]:
    return {str(one.name): one for one in urlpatterns if isinstance(one, URLPattern)}


def test_every_address_has_a_row_and_every_row_an_address():
    assert set(matrix()) == set(_console_urls())


def test_every_address_has_an_example():
    assert set(_console_urls()) - set(EXAMPLES) == set()


def test_examples_name_only_addresses_that_stand():
    assert set(EXAMPLES) - set(_console_urls()) == set()


def test_every_page_checks_the_row_of_its_own_name():
    """A view may share a row only with the address it is another name of."""
    shared = {"account_login": "login", "account_logout": "logout"}
    rows = {name: _row_of(url.callback) for name, url in _console_urls().items()}
    assert rows == {name: shared.get(name, name) for name in rows}


def _row_of(view: object) -> str:
    return str(vars(view).get("permission_row", "none: not a page"))


def test_the_table_has_a_cell_for_every_role():
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert tuple(rows[0]) == COLUMNS
    assert {len(row) for row in rows} == {len(COLUMNS)}
    names = [row[0] for row in rows]
    assert len(names) == len(set(names))


def test_what_is_not_in_the_table_is_closed():
    assert right_of("nowhere", Role.ADMINISTRATOR, known=True) is Right.NOTHING


OPEN_TO_ANYONE = {
    "login",
    "account_login",
    "language",
    "welcome",
    "rectify",  # the link on a notice, for whoever must put something right
    "mfa_authenticate",
    "mfa_login_webauthn",
}


def test_nothing_but_these_is_open_to_anyone():
    """The list is short and written out, so that it cannot grow unseen."""
    opened = {
        url for url, row in matrix().items() if row["anyone"] is not Right.NOTHING
    }
    assert opened == OPEN_TO_ANYONE


def _resolvers() -> list[URLResolver]:
    return [one for one in get_resolver().url_patterns if isinstance(one, URLResolver)]


def test_no_site_of_djangos_own_answers():
    """Only the console and the phones are routed: no admin site, no debug pages."""
    routed = [str(one.urlconf_name) for one in _resolvers()]
    assert len(routed) == 2
    assert "fangxian.interfaces.field.urls" in routed[0]
    assert "fangxian.interfaces.console.pages.urls" in routed[1]


@pytest.mark.slow
@pytest.mark.parametrize("role", ROLES)
def test_each_role_opens_exactly_its_cells(visit, made, role):
    """Deny by default: 403 where the cell is empty, an answer where it is not."""
    who = BY_ROLE.get(role)
    if who is None:
        pytest.skip(f"nobody in the world is {role}")  # residents have no post
    client = visit(who)
    wrong = {}
    for url, example in EXAMPLES.items():
        status = client.get(_address(url, example, made)).status_code
        allowed = right_of(url, role, known=True) is not Right.NOTHING
        if (status == 403) is allowed or status >= 500:
            wrong[url] = status
    assert wrong == {}


@pytest.mark.slow
@pytest.mark.parametrize("role", ROLES)
def test_a_reader_changes_nothing(visit, made, role):
    """A POST where the cell says read, or says nothing, is refused."""
    who = BY_ROLE.get(role)
    if who is None:
        pytest.skip(f"nobody in the world is {role}")  # residents have no post
    client = visit(who)
    for url, example in EXAMPLES.items():
        if right_of(url, role, known=True) is not Right.WRITE:
            answer = client.post(_address(url, example, made))
            assert answer.status_code == 403, url


def test_who_is_not_logged_in_is_sent_to_the_log_in(client, made, db):
    del db
    for url, example in EXAMPLES.items():
        answer = client.get(_address(url, example, made))
        if right_of(url, None, known=False) is Right.NOTHING:
            assert answer.status_code == 302, url
            assert answer["Location"].startswith("/account/login/?next=")


def _address(url, example, made) -> str:
    address = reverse(url, args=example.args(made) or _some_argument(url))
    return f"{address}?{example.query}" if example.query else address


def _some_argument(url: str) -> list[int]:
    """An argument for allauth's addresses, which have no example row of theirs."""
    return [1] if url in {"mfa_edit_webauthn", "mfa_remove_webauthn"} else []
