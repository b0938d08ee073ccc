"""A phone shows its code and is told all that it needs; nobody else is told anything."""

import json
from base64 import b64decode, b64encode
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from fangxian.interfaces.field import shell
from fangxian.interfaces.intake.inbox import open_inbox
from fangxian.interfaces.intake.networks import asked_from
from fangxian.interfaces.intake.phones import find_phone
from fangxian.mechanisms.jurisdiction.devices import actions, rules
from fangxian.privacy.keys import keyring_at
from fangxian.privacy.sealing import public_key
from fangxian.privacy.signing import signing_key_at
from tests.people import PEOPLE
from tests.unit.mechanisms.jurisdiction.phones import public_of
from tests.worlds import NOON


pytestmark = pytest.mark.django_db


@pytest.fixture
def code(world):
    return actions.issue_code(world.posts["grid"], by=world.actor("community"), at=NOON)


def ask(language="zh", **said):
    return Client(enforce_csrf_checks=True).post(
        "/field/api/enrol",
        json.dumps(said),
        content_type="application/json",
        headers={"Accept-Language": language},
    )


def asked(code, number=1, **changes):
    key = b64encode(public_of(number)).decode()
    return {"code": code, "name": "张伟的手机", "public_key": key, **changes}


def test_a_phone_is_told_whom_it_speaks_for_and_whom_to_believe(code, settings, world):
    answer = ask(**asked(code, at="2020-11-09T12:00:00+08:00"))

    assert answer.status_code == 200
    told = answer.json()
    assert (told["person_label"], told["post_label"]) == ("耿*网", "网格员")
    assert told["area"] == world["grid"]
    assert told["area_label"].endswith("第一网格")
    assert told["server_key"] == {
        "seal": b64encode(public_key(keyring_at(settings.FANGXIAN_KEYRING))).decode(),
        "receipts": b64encode(
            signing_key_at(settings.FANGXIAN_SIGNING_KEY).public
        ).decode(),
    }
    assert len(b64decode(told["server_key"]["receipts"])) == 32
    assert (told["intake"], told["cache_hours"], told["keep_hours"]) == (
        "/intake/batches",
        12,
        72,
    )
    with open_inbox() as inbox:
        phone = find_phone(inbox, told["device"])
    assert (phone.key, phone.person, phone.post) == (
        public_of(1),
        PEOPLE["grid"],
        world.posts["grid"],
    )


def test_a_phone_is_told_what_came_from_the_one_before(code, world):
    """A browser may have thrown everything away: its person must know what is missing."""
    first = ask(**asked(code)).json()
    assert first["before"] is None
    with open_inbox() as inbox:
        inbox.run(
            "UPDATE inbox_phone SET upto = 4, have = 6, heard_at = %s WHERE name = %s",
            NOON.isoformat(),
            first["device"],
        )

    by = world.actor("community")
    another = actions.issue_code(world.posts["grid"], by=by, at=NOON)
    told = ask(**asked(another, number=2)).json()["before"]

    assert told == {
        "name": "张伟的手机",
        "upto": 4,
        "have": 6,
        "heard_at": "2020-11-09T04:00:00Z",
    }


def test_the_answer_that_was_lost_is_given_again(code):
    first, again = ask(**asked(code)), ask(**asked(code))

    assert first.json()["device"] == again.json()["device"]
    assert UUID(first.json()["device"]).version == 7


@pytest.mark.parametrize(
    ("language", "word"), [("zh-CN,zh;q=0.9", "登记码不对"), ("en-GB", "This code")]
)
def test_a_refusal_is_said_in_the_phones_language(world, language, word):
    assert world
    answer = ask(language, **asked("00000000"))

    assert answer.status_code == 409
    told = answer.json()
    assert told["code"] == "device.code_wrong"
    assert told["sentence"].startswith(word)
    assert told["remedy"]


@pytest.mark.parametrize(
    ("secure", "told", "network"),
    [
        (False, "203.0.113.9", "127.0.0.1"),
        (True, "203.0.113.9", "203.0.113.9"),
        (True, "10.0.0.1, 203.0.113.9", "203.0.113.9"),
        (True, "", "127.0.0.1"),
        (True, "somewhere", "127.0.0.1"),
    ],
    ids=[
        "by anybody",
        "by the web server",
        "before it, a claim",
        "unsaid",
        "no address",
    ],
)
def test_only_the_web_server_before_us_says_where_a_phone_asks_from(
    settings, rf, secure, told, network
):
    settings.SESSION_COOKIE_SECURE = secure
    request = rf.post("/field/api/enrol", headers={"X-Forwarded-For": told})

    assert asked_from(request) == network


def test_who_guesses_codes_is_told_when_to_try_again(code, monkeypatch):
    monkeypatch.setattr(rules, "WRONG_FROM_A_NETWORK_MAX", 1)
    ask(**asked("00000000"))

    told = ask(**asked(code)).json()

    assert told["code"] == "device.too_many_wrong"
    assert "12:15" in told["sentence"]


@pytest.mark.parametrize(
    "said",
    [{}, {"code": 7}, {"code": "A", "name": "B", "public_key": "not base64!"}],
    ids=["nothing", "a number", "no base64"],
)
def test_what_the_app_does_not_say_is_asked_of_a_newer_app(said):
    answer = ask(**said)

    assert (answer.status_code, answer.json()["code"]) == (400, "field.no_shape")


def test_only_posting_enrols():
    assert Client().get("/field/api/enrol").status_code == 405


@pytest.mark.parametrize(
    ("said", "host", "intake"),
    [
        ("", "a.example", ""),
        (":8001", "a.example:8000", "http://a.example:8001"),
        (":8001", "a.example", "http://a.example:8001"),
        (":8001", "[::1]:8000", "http://[::1]:8001"),
        ("https://in.example/", "a.example", "https://in.example"),
    ],
)
def test_the_intake_is_where_the_operator_says(settings, rf, said, host, intake):
    settings.FANGXIAN_INTAKE, settings.ALLOWED_HOSTS = said, ["*"]

    assert shell.intake_origin(rf.get("/", HTTP_HOST=host)) == intake


@pytest.fixture
def built(monkeypatch, tmp_path):
    """A shell as it is built: a page, a worker, something with a digest in its name."""
    folder = tmp_path / "built"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<title>app</title>")
    (folder / "sw.js").write_text("// worker")
    (folder / "manifest.webmanifest").write_text("{}")
    (folder / "assets" / "index-a1b2.js").write_text("// code")
    (tmp_path / "secret").write_text("no")
    monkeypatch.setattr(shell, "BUILT", folder)


@pytest.mark.parametrize(
    ("name", "kind", "kept"),
    [
        ("", "text/html", shell.ASK_AGAIN),
        ("sw.js", "text/javascript", shell.ASK_AGAIN),
        ("manifest.webmanifest", "application/manifest+json", shell.ASK_AGAIN),
        ("assets/index-a1b2.js", "text/javascript", shell.FOR_EVER),
    ],
)
@pytest.mark.usefixtures("built")
def test_the_shell_is_served_as_it_was_built(name, kind, kept):
    answer = Client().get(reverse("field") + name)

    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith(kind)
    assert answer.headers["Cache-Control"] == kept
    policy = answer.headers["Content-Security-Policy"]
    assert "worker-src 'self'" in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy.replace("'wasm-unsafe-eval'", "")  # ADR 29


@pytest.mark.usefixtures("built")
def test_the_policy_names_the_intake(settings):
    settings.FANGXIAN_INTAKE = ":8001"

    policy = Client().get("/field/").headers["Content-Security-Policy"]

    assert "connect-src 'self' http://testserver:8001;" in policy


@pytest.mark.parametrize("name", ["nothing.js", "../secret", "assets", "%2e%2e/secret"])
@pytest.mark.usefixtures("built")
def test_nothing_else_is_served(name):
    assert Client().get(f"/field/{name}").status_code == 404
