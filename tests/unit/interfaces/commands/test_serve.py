import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import closing, suppress
from uuid import uuid4

import psutil  # type: ignore[import-untyped]  # it has no types of its own
import pytest

from fangxian.interfaces.commands import supervision
from fangxian.interfaces.commands.serve import free_port
from fangxian.interfaces.commands.supervision import Child, Supervisor
from fangxian.interfaces.intake.inbox import Device, open_file
from fangxian.interfaces.intake.receipts import is_genuine
from fangxian.interfaces.intake.tokens import tag_of
from fangxian.privacy.signing import signing_key_at
from tests.people import ALICE
from tests.unit.interfaces.intake.lanes import act, spelled


SLEEP = [sys.executable, "-c", "import time; time.sleep(600)"]
PATIENCE_SECONDS = 120


def until(condition, *, seconds=PATIENCE_SECONDS):
    """Wait until something is true, and give it."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(0.05)
    raise TimeoutError


def running(child):
    assert child.process is not None
    return child.process


def test_a_free_port_is_kept_and_a_taken_one_replaced():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        other = free_port("127.0.0.1", port)

    assert other != port
    assert free_port("127.0.0.1", other) == other


def test_a_child_that_ends_is_started_again_later_and_later():
    child = Child("brief", [sys.executable, "-c", ""])
    starts = []
    now = 0.0
    for _ in range(4):
        child.look(now=now)
        starts.append(now)
        running(child).wait()
        child.look(now=now)
        now = child.start_at

    assert starts == [0.0, 0.5, 1.5, 3.5]


def test_a_child_that_ran_steadily_is_started_again_soon():
    child = Child("steady", [sys.executable, "-c", ""], failures=5)
    child.start(now=0.0)
    running(child).wait()

    child.look(now=100.0)

    assert child.start_at == 100.5


def test_a_child_that_does_not_listen_is_killed(monkeypatch):
    monkeypatch.setattr(supervision, "STOP_SECONDS", 0.3)
    deaf = (
        "import signal, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        "print(flush=True); time.sleep(600)"
    )
    child = Child("deaf", [sys.executable, "-c", deaf])
    child.start(now=0.0)
    process = psutil.Process(running(child).pid)
    time.sleep(0.5)

    child.stop()

    assert not process.is_running()


def test_the_supervisor_stops_every_child_by_its_id():
    supervisor = Supervisor([Child("one", SLEEP), Child("two", SLEEP)])
    seen = {}

    def watch():
        seen.update(until(lambda: len(supervisor.running) == 2 and supervisor.running))
        supervisor.stop.set()

    before = {n: signal.getsignal(n) for n in (signal.SIGTERM, signal.SIGINT)}
    watcher = threading.Thread(target=watch)
    watcher.start()
    supervisor.run()
    watcher.join()
    for number, handler in before.items():
        signal.signal(number, handler)

    assert set(seen) == {"one", "two"}
    assert not any(psutil.pid_exists(pid) for pid in seen.values())


@pytest.fixture
def house(tmp_path):
    """A whole installation in a folder of its own, serving on free ports."""
    env = {
        **os.environ,
        "FANGXIAN_DATA": str(tmp_path),
        "FANGXIAN_DATABASE": "",
        "PYTHONPATH": "src",
        "PYTHONUNBUFFERED": "1",
    }
    command = [sys.executable, "-m", "fangxian.interfaces.commands.main", "serve"]
    serving = subprocess.Popen(
        [*command, "--port", "0", "--intake-port", "0"],
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    yield serving
    if serving.poll() is None:
        serving.send_signal(signal.SIGTERM)
        serving.wait(PATIENCE_SECONDS)
    if serving.stdout is not None:
        serving.stdout.close()


def port_in(line):
    found = re.search(r":(\d+)/", line)
    assert found is not None, line
    return int(found[1])


def request(port, method, path, **options):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    with closing(connection), suppress(ConnectionError, http.client.HTTPException):
        connection.request(method, path, **options)
        with connection.getresponse() as answer:
            return answer.status, dict(answer.getheaders()), answer.read()
    return None


@pytest.mark.slow
def test_three_processes_run_under_one_command(house, tmp_path, settings):
    settings.FANGXIAN_KEYRING = tmp_path / "keys.json"
    pages, intake = port_in(house.stdout.readline()), port_in(house.stdout.readline())
    key = signing_key_at(tmp_path / "signing-key")
    inbox = open_file(tmp_path / "inbox.sqlite3")
    inbox.register(tag_of("token", key), Device("phone", ALICE, None))
    headers = {"Authorization": "Bearer token"}

    def post(acts):
        return until(
            lambda: request(
                intake, "POST", "/intake/acts", body=spelled(acts), headers=headers
            )
        )

    status, answered, body = post([act(1), {**act(2), "id": str(uuid4())}])
    assert status == 200
    assert is_genuine(
        body,
        proof=answered["fangxian-proof"],
        signature=answered["fangxian-signature"],
        public=key.public,
    )
    assert [state for _, state in json.loads(body)["acts"]] == ["received"] * 2
    assert until(lambda: request(pages, "GET", "/"))[0] in (200, 302)
    assert until(lambda: len(inbox.quarantined()) == 2)  # the worker saw them

    children = psutil.Process(house.pid).children()
    assert len(children) == 3
    [lane] = [
        child for child in children if "fangxian.asgi:application" in child.cmdline()
    ]
    lane.terminate()
    lane.wait()
    assert post([act(3)])[0] == 200

    family = psutil.Process(house.pid).children(recursive=True)
    house.send_signal(signal.SIGTERM)
    assert house.wait(PATIENCE_SECONDS) == 0
    assert not [child for child in family if child.is_running()]
    inbox.close()


@pytest.mark.slow
def test_assets_are_served_under_names_that_browsers_may_keep(house):
    pages = port_in(house.stdout.readline())

    _, _, page = until(lambda: request(pages, "GET", "/account/login/"))
    addresses = re.findall(r'(?:href|src)="(/static/[^"]+)"', page.decode())
    reads = {"Accept-Encoding": "br, gzip"}
    answers = [request(pages, "GET", one, headers=reads) for one in addresses]

    assert addresses
    assert {status for status, _, _ in answers} == {200}
    assert all("immutable" in headers["cache-control"] for _, headers, _ in answers)
    assert {headers.get("content-encoding") for _, headers, _ in answers} == {"br"}


@pytest.mark.slow
def test_wrong_settings_are_refused_at_start_with_id_and_remedy(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "fangxian.interfaces.commands.main", "serve"],
        env={
            **os.environ,
            "FANGXIAN_DATA": str(tmp_path),
            "FANGXIAN_DATABASE": "",
            "FANGXIAN_HOSTS": "*",
            "PYTHONPATH": "src",
        },
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 4
    assert "fangxian.E005: FANGXIAN_HOSTS" in done.stderr
    assert "Name the hosts" in done.stderr
    assert not (tmp_path / "fangxian.sqlite3").exists()
