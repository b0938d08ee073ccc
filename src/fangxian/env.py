"""The environment: where data live and what the operator set. Read once, at start."""

import os
from dataclasses import dataclass
from pathlib import Path


DEFAULT_HOSTS = ("localhost", "127.0.0.1", "[::1]")


@dataclass(frozen=True, slots=True)
class Environment:
    """What the operator may set, with the embedded defaults.

    ``data`` holds databases and keys (``FANGXIAN_DATA``, default ``var/``).
    ``database`` is empty for SQLite below ``data``, else a ``postgresql://`` URL
    (``FANGXIAN_DATABASE``). ``hosts`` are the names the console answers to
    (``FANGXIAN_HOSTS``). ``secure`` says that the console stands behind HTTPS
    (``FANGXIAN_SECURE``). ``intake`` says where phones send acts, if not to the
    address of the pages: an origin, or ``:8001`` for another port (``FANGXIAN_INTAKE``).
    ``bounds`` says how much is too much, where the defaults do not fit
    (``FANGXIAN_BOUNDS``: ``name=number``, with commas).
    """

    data: Path
    database: str = ""
    hosts: tuple[str, ...] = DEFAULT_HOSTS
    secure: bool = False
    intake: str = ""
    bounds: str = ""

    @classmethod
    def read(cls) -> "Environment":
        """Read the process environment."""
        hosts = os.environ.get("FANGXIAN_HOSTS", "")
        return cls(
            data=Path(os.environ.get("FANGXIAN_DATA", "var")).resolve(),
            database=os.environ.get("FANGXIAN_DATABASE", ""),
            hosts=tuple(hosts.split(",")) if hosts else DEFAULT_HOSTS,
            secure=os.environ.get("FANGXIAN_SECURE", "") == "1",
            intake=os.environ.get("FANGXIAN_INTAKE", ""),
            bounds=os.environ.get("FANGXIAN_BOUNDS", ""),
        )


ENVIRONMENT = Environment.read()
