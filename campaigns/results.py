"""How every campaign's result begins, and where it is kept."""

import os
import platform
from pathlib import Path

from fangxian.kernel.moments import SystemClock


RESULTS = Path(__file__).parent / "results"


def heading(name: str, *, seed: str) -> list[str]:
    """Begin with the day, the machine in general words, the seed and the command."""
    day = SystemClock().now().date()
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}"
    command = f"`make campaign NAME={name}`"
    return [
        f"# {name.capitalize()}",
        "",
        f"{day} · {machine} · seed {seed} · {command}",
        "",
    ]


def write(name: str, lines: list[str]) -> None:
    """Keep a result, and show it."""
    RESULTS.mkdir(exist_ok=True)
    text = "\n".join(lines) + "\n"
    (RESULTS / f"{name}.md").write_text(text, encoding="utf-8")
    print(text)
