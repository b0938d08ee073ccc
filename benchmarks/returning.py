"""Phones that all come back at once, and ten times as many as the intake can take.

The intake is served as ``fangxian serve`` does, in a process of its own; phones are
connections from this one, on the same machine, so the figures are those of both. What
a phone computes is done beforehand.

*Return*: after four hours each phone has twenty acts; it tries within the twenty
seconds that the app waits at most between tries, does what a busy server asks, and is
done when a receipt acknowledges all. *Load*: phones send one act after the other without
a pause for some seconds; first as many as keep the intake busy, then ten times as many,
patient ones that wait as they are asked and stubborn ones that try again at once. The
goodput is what was acknowledged in that time. ``FANGXIAN_BENCH_CORES=0:1`` puts intake
and phones each on a core of its own.
"""

import asyncio
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from statistics import median

from benchmarks.phones import Enrolled, Request, introduce, sealed_body
from benchmarks.rows import FULL, Row


PHONES = 5_000 if FULL else 200
ACTS_EACH = 20
WAITED_MOST = 20.0 if FULL else 2.0  # seconds between two tries of the app
BUSY_PHONES = 48
TIMES = 10
LOAD_SECONDS = 15 if FULL else 2
REQUESTS_EACH = 4_000 if FULL else 200
STARTING_SECONDS, ENDING_SECONDS = 30, 5
PATIENCE_SECONDS = 30
LATEST_SECONDS = 20.0
HOST = "127.0.0.1"
KEPT = 200
BUSY = frozenset({429, 503})
CORES = os.environ.get("FANGXIAN_BENCH_CORES", "")
numbers = count(1_000_000)


@dataclass(slots=True)
class Told:
    """What phones were told: seconds each request took, and how often they had to wait."""

    took: list[float] = field(default_factory=list)
    done_after: list[float] = field(default_factory=list)
    acts: int = 0
    busy: int = 0
    failed: int = 0


# ------------------------------------------------------------------------- the server
@contextmanager
def intake() -> Iterator[int]:
    """Serve the intake of this installation; gives its port."""
    port = _free_port()
    served = ["granian", "--interface", "asgi", "--workers", "1", "--host", HOST]
    command = [sys.executable, "-m", *served, "--port", str(port)]
    silent = ["--log-level", "warning", "fangxian.asgi:application"]
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "fangxian.settings"}
    process = subprocess.Popen(  # noqa: S603 -- our own program
        [*command, *silent], env=environment, start_new_session=True
    )
    try:
        _place(process.pid)
        _wait_for(port)
        yield port
    finally:
        _end(process)


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End the server; one that is still knocked at may need to be killed."""
    process.terminate()
    try:
        process.wait(timeout=ENDING_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _place(server: int) -> None:
    """Put server and phones on the cores that were asked for."""
    if CORES:
        of_server, of_phones = ({int(one)} for one in CORES.split(":"))
        os.sched_setaffinity(server, of_server)
        os.sched_setaffinity(0, of_phones)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind((HOST, 0))
        return int(found.getsockname()[1])


def _wait_for(port: int) -> None:
    ends = time.monotonic() + STARTING_SECONDS
    while time.monotonic() < ends:
        try:
            socket.create_connection((HOST, port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("the intake does not answer")


# -------------------------------------------------------------------------- the phones
async def post(port: int, request: Request) -> tuple[int, float]:
    """Send one request over a connection of its own: status, and what to wait."""
    content, signature = request
    head = (
        f"POST /intake/batches HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n"
        f"Fangxian-Signature: {signature}\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    reader, writer = await asyncio.open_connection(HOST, port)
    try:
        writer.write(head.encode() + content)
        answer = await asyncio.wait_for(reader.read(), PATIENCE_SECONDS)
    finally:
        writer.close()
    first, *lines = answer.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in lines)
    return int(first.split(" ")[1]), float(headers.get("retry-after", 0))


async def until_kept(port: int, request: Request, told: Told, *, patient: bool) -> None:
    """Send until it is acknowledged, waiting as the app does."""
    failures = 0
    while True:
        began = time.perf_counter()
        try:
            status, asked = await post(port, request)
        except (OSError, TimeoutError, IndexError, ValueError):
            told.failed += 1
            failures += 1
            longest = min(LATEST_SECONDS, 2.0**failures)
            await asyncio.sleep(longest * random.uniform(0.5, 1))
            continue
        if status == KEPT:
            told.took.append(time.perf_counter() - began)
            return
        assert status in BUSY, status
        told.busy += 1
        await asyncio.sleep(asked * random.uniform(1, 1.5) if patient else 0)


def enrolled(phones: int) -> list[Enrolled]:
    """Let the inbox know so many phones."""
    found = [Enrolled(next(numbers)) for _ in range(phones)]
    introduce(found)
    return found


# -------------------------------------------------------------------------- the return
def come_back() -> list[Row]:
    """Let all phones come back, each with what it did in four hours."""
    sealed, told = sealed_body(), Told()
    phones = enrolled(PHONES)
    batches = [one.request(ACTS_EACH, sealed) for one in phones]

    async def phone(port: int, batch: Request) -> None:
        await asyncio.sleep(random.uniform(0, WAITED_MOST))
        tried = time.perf_counter()
        await until_kept(port, batch, told, patient=True)
        told.done_after.append(time.perf_counter() - tried)
        told.acts += ACTS_EACH

    async def everybody(port: int) -> float:
        began = time.perf_counter()
        await asyncio.gather(*(phone(port, one) for one in batches))
        return time.perf_counter() - began

    with intake() as port:
        drained = asyncio.run(everybody(port))
    acts = f"{told.acts:,} acts, {told.busy:,} asked to wait, {told.failed:,} cut off"
    return [
        Row(f"{PHONES:,} phones return: time to drain", drained, "s", acts, "≤ 600 s"),
        Row(
            "… from a phone's first try to its receipt, p99", p99(told.done_after), "s"
        ),
        Row("… a request that was taken, p99", p99(told.took), "s", "", "≤ 1 s"),
    ]


def p99(values: list[float]) -> float:
    """Give what 99 of 100 stay below."""
    return sorted(values)[int(0.99 * (len(values) - 1))]


# ---------------------------------------------------------------------------- the load
def load(phones: int, *, patient: bool) -> tuple[float, Told]:
    """Send one act after the other from so many phones: acknowledged acts a second."""
    sealed, told = sealed_body(), Told()
    each = max(20, REQUESTS_EACH * BUSY_PHONES // phones)
    requests = [
        [one.request(1, sealed) for _ in range(each)] for one in enrolled(phones)
    ]

    async def phone(port: int, own: list[Request]) -> None:
        for request in own:
            await until_kept(port, request, told, patient=patient)
            told.acts += 1

    async def everybody(port: int) -> float:
        began = time.perf_counter()
        working = [asyncio.create_task(phone(port, own)) for own in requests]
        await asyncio.wait(working, timeout=LOAD_SECONDS)
        acknowledged, took = told.acts, time.perf_counter() - began
        for one in working:
            one.cancel()
        await asyncio.gather(*working, return_exceptions=True)
        return acknowledged / took

    with intake() as port:
        return asyncio.run(everybody(port)), told


def overload() -> list[Row]:
    """Compare what is acknowledged under ten times the load with the most there is."""
    peak, first = load(BUSY_PHONES, patient=True)
    found = [Row(f"{BUSY_PHONES} phones without a pause", peak, "acts/s", _p99(first))]
    for name, patient in (("patient", True), ("stubborn", False)):
        rate, told = load(TIMES * BUSY_PHONES, patient=patient)
        said = f"{rate / peak:.2f} × it; {_p99(told)}; {told.busy:,} asked to wait"
        found.append(
            Row(f"… ten times as many, {name}", rate, "acts/s", said, "≥ 0.9 ×")
        )
    return found


def _p99(told: Told) -> str:
    middle = median(told.took)
    return f"p50 {1000 * middle:,.0f} ms, p99 {1000 * p99(told.took):,.0f} ms"


def rows() -> list[Row]:
    """The return, then the load."""
    return [*come_back(), *overload()]
