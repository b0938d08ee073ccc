"""Whoever opens a page changes nothing: only what is sent (POST) is written.

A link in a letter, a picture's address, a browser that fetches ahead: each of them opens
pages, and none may act.
"""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.examples import all_examples
from tests.unit.interfaces.console.test_matrix import _address


pytestmark = pytest.mark.slow
WRITING = re.compile(r"\s*(INSERT|UPDATE|DELETE|REPLACE)\b", re.IGNORECASE)
KEPT_BY_DJANGO = "django_session"  # when somebody logs in, or chooses a language


def written_by(act):
    """What an act writes into the database, but sessions."""
    with CaptureQueriesContext(
        connection,
    ) as queries:
        act()
    said = [query["sql"] for query in queries.captured_queries]
    return [sql for sql in said if WRITING.match(sql) and KEPT_BY_DJANGO not in sql]


def test_no_page_that_is_opened_writes_anything(visit, made):
    wrong, opened = {}, 0
    for url, example in all_examples().items():
        client = Client() if example.who == "anyone" else visit(example.who)
        address = _address(url, example, made)
        for method in (client.get, client.head):
            written = written_by(lambda method=method, at=address: method(at))
            opened += 1
            if written:
                wrong[url] = written[0][:200]

    assert wrong == {}
    assert opened > 100


def test_what_is_sent_does_write(visit, made):
    """The control: an appeal that is filed is seen to be written."""
    example = all_examples()["decision_appeal"]
    address = _address("decision_appeal", example, made)
    said = {"said": "我没有去过那里", "channel": "worker"}

    assert written_by(lambda: visit("grid").post(address, said)) != []
