"""What the guides name is there: every path, every dotted name, every command."""

import importlib
import pathlib
import re
import subprocess

import click
import pytest

from fangxian.interfaces.commands.main import fangxian


ROOT = pathlib.Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "fangxian"
WRITTEN_BY_TOOLS = ROOT / "docs" / "reference"
GUIDES = sorted(
    path
    for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    if WRITTEN_BY_TOOLS not in path.parents
)
TRACKED = subprocess.run(
    ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
).stdout.split()
CONSOLE = PACKAGE / "interfaces" / "console"
BASES = (
    *(ROOT, PACKAGE, PACKAGE / "mechanisms", PACKAGE / "capabilities"),
    *(PACKAGE / "interfaces", CONSOLE, CONSOLE / "templates"),
    ROOT / "protocols" / "routine",
)
ROOMS = (
    "fangxian",
    "fangxian.mechanisms",
    "fangxian.capabilities",
    "fangxian.interfaces",
    "fangxian.interfaces.console",
)
SPAN = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
PATH = re.compile(r"[\w.-]+(?:/[\w.-]+)*/?")
DOTTED = re.compile(r"[a-z_]+(?:\.[A-Za-z_]+)+")
CALLED = re.compile(r"(?<![\w/.=])fangxian ([a-z][a-z-]*)(?: ([a-z][a-z-]+))?")
MADE = re.compile(r"^(?:    )?`?make ([a-z][a-z-]*)|`make ([a-z][a-z-]*)", re.MULTILINE)
SETTING = re.compile(r"\bFANGXIAN_[A-Z]+\b")
FILE_ENDINGS = ("csv", "json", "md", "po", "py", "toml", "txt", "yaml", "yml")
OWN_ENDINGS = re.compile(rf"\.(?:{'|'.join(FILE_ENDINGS)})$")
# Names of events and measures, what a view is given, a room that an ADR says is not built.
NOT_CODE = re.compile(
    r"finding\.rectified|task\.completed|observation\.patrol|request\.\w+"
    r"|interfaces\.outlets"
)
# Words of the guides that a reader is to fill in, or that an installation makes.
MADE_LATER = (
    *("var/", "held.json", ".venv/", "evidence/", "uploads/", "bulletins/"),
    *("keys.json", "situation.json", "backup.json"),
)


def prose(path):
    return path.read_text("utf-8")


def spans(path):
    return SPAN.findall(FENCE.sub("", prose(path)))


def guide(path):
    return str(path.relative_to(ROOT))


def stands(name, beside):
    """A path of the tree, from the root, the package, or beside the guide."""
    if any((base / name).exists() for base in (beside, *BASES)):
        return True
    return "/" not in name and any(one.rpartition("/")[2] == name for one in TRACKED)


def is_path(span):
    if not PATH.fullmatch(span) or span.startswith(MADE_LATER):
        return False
    return (
        "/" in span.rstrip("/") or span.endswith("/") or bool(OWN_ENDINGS.search(span))
    )


def is_name(span):
    return bool(DOTTED.fullmatch(span)) and not OWN_ENDINGS.search(span)


def found(dotted):
    """Whether a dotted name is a module, or something in one, of some room."""
    return any(_found(f"{room}.{dotted}") for room in ROOMS) or _found(dotted)


def _found(dotted):
    parts = dotted.split(".")
    for end in range(len(parts), 0, -1):
        try:
            thing = importlib.import_module(".".join(parts[:end]))
        except ModuleNotFoundError:
            continue
        for part in parts[end:]:
            if not hasattr(thing, part):
                return False
            thing = getattr(thing, part)
        return True
    return False


@pytest.mark.parametrize("path", GUIDES, ids=guide)
def test_every_path_in_a_guide_stands(path):
    named = [span for span in spans(path) if is_path(span)]

    assert [name for name in named if not stands(name, path.parent)] == []


@pytest.mark.parametrize("path", GUIDES, ids=guide)
def test_every_link_in_a_guide_leads_somewhere(path):
    links = [link for link in LINK.findall(prose(path)) if "://" not in link]

    assert [link for link in links if not (path.parent / link).exists()] == []


@pytest.mark.parametrize("path", GUIDES, ids=guide)
def test_every_dotted_name_in_a_guide_is_in_the_code(path):
    named = [span for span in spans(path) if is_name(span)]

    assert [one for one in named if not (NOT_CODE.fullmatch(one) or found(one))] == []


@pytest.mark.parametrize("path", GUIDES, ids=guide)
def test_every_command_in_a_guide_can_be_called(path):
    unknown = [
        f"fangxian {first}{f' {second}' if second else ''}"
        for first, second in CALLED.findall(prose(path))
        if not is_command(first, second)
    ]

    assert unknown == []


def is_command(first, second):
    context = click.Context(fangxian)
    command = fangxian.get_command(context, first)
    if command is None:
        return False
    if second and isinstance(command, click.Group):
        return command.get_command(context, second) is not None
    return True


@pytest.mark.parametrize("path", GUIDES, ids=guide)
def test_every_task_of_the_workshop_in_a_guide_can_be_made(path):
    targets = re.findall(
        r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE
    )

    named = {either or other for either, other in MADE.findall(prose(path))}

    assert named - {*targets} == set()


@pytest.mark.parametrize("path", GUIDES, ids=guide)
def test_every_setting_in_a_guide_is_read(path):
    read = set(SETTING.findall((PACKAGE / "env.py").read_text("utf-8")))

    assert set(SETTING.findall(prose(path))) - read == set()


def test_a_path_that_is_gone_is_found_out():
    assert not stands("capabilities/inspection/gone.py", ROOT)
    assert not found("inspection.actions.gone")
    assert not is_command("gone", "")
