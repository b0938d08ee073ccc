"""Write docs/reference from the code, or check that it is fresh.

python tools/reference.py          write
python tools/reference.py --check  fail when a page is stale
"""

import importlib
import os
import pathlib
import pkgutil
import sys
from collections.abc import Iterator

import django

from fangxian.kernel.refusals import RefusalKind
from fangxian.kernel.transitions import Lifecycle


ROOT = pathlib.Path(__file__).parents[1]
REFERENCE = ROOT / "docs" / "reference"
NOTE = "<!-- Written by tools/reference.py from the code; do not edit. -->\n\n"


def modules() -> Iterator[object]:
    """Import every module of the package, in order."""
    package = importlib.import_module("fangxian")
    for found in sorted(
        m.name for m in pkgutil.walk_packages(package.__path__, "fangxian.")
    ):
        if found.rpartition(".")[2] in {"asgi", "wsgi"} or ".migrations" in found:
            continue
        yield importlib.import_module(found)


def refusals() -> str:
    """Write the catalogue of refusals, one row a code."""
    kinds = {
        value.code: value
        for module in modules()
        for value in vars(module).values()
        if isinstance(value, RefusalKind)
    }
    rows = [
        f"| `{code}` | {kind.sentence} | {kind.remedy} | {'404' if kind.hidden else ''} |"
        for code, kind in sorted(kinds.items())
    ]
    head = ["# Refusals", "", "Braces are filled in with the facts of the case.", ""]
    table = ["| code | sentence | remedy | shown as |", "|---|---|---|---|", *rows]
    return "\n".join([*head, *table]) + "\n"


def lifecycles() -> str:
    """Draw every lifecycle table."""
    lines = ["# Lifecycles", ""]
    for module in modules():
        name = getattr(module, "__name__", "")
        for value in vars(module).values():
            if isinstance(value, Lifecycle) and name.endswith(".states"):
                title = f"{name.split('.')[-2]}: {type(value.start).__name__}"
                lines += [f"## {title}", "", "```mermaid", value.mermaid(), "```", ""]
    return "\n".join(lines)


def privacy() -> str:
    """List every stored field and how private it is."""
    from django.apps import apps  # noqa: PLC0415 -- after django.setup

    files = "../how-to/operate.md#what-lies-in-the-data-folder"
    lines = ["# Stored fields and their privacy", ""]
    lines += [
        f"What is sealed of the files beside the records: [the data folder]({files}).",
        "",
    ]
    lines += ["| table | field | class |", "|---|---|---|"]
    lines += [
        f"| {model._meta.label} | {name} | {declared.value} |"  # noqa: SLF001 -- Django documents _meta
        for model in apps.get_models()
        if hasattr(model, "privacy")
        for name, declared in model.privacy.items()
    ]
    return "\n".join(lines) + "\n"


def wire() -> str:
    """Write what phones and server say to each other."""
    from wire import document  # noqa: PLC0415 -- beside this file; after django.setup

    return str(document())


PAGES = {"refusals.md": refusals, "lifecycles.md": lifecycles, "privacy.md": privacy}
DATA = {"field-wire.json": wire}


def main(arguments: list[str]) -> int:
    """Write the pages, or say which are stale."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fangxian.settings")
    django.setup()
    stale = []
    for name, write in {**PAGES, **DATA}.items():
        note = NOTE if name in PAGES else ""  # data says it in words of its own
        path, text = REFERENCE / name, note + write()
        if path.exists() and path.read_text("utf-8") == text:
            continue
        stale.append(name)
        if "--check" not in arguments:
            REFERENCE.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    if "--check" in arguments and stale:
        print(f"stale: {', '.join(stale)}; run: python tools/reference.py")
    return int(bool(stale) and "--check" in arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
