import os
import stat
import subprocess
import sys

import pytest
from click.testing import CliRunner

from fangxian.interfaces.commands import main
from fangxian.interfaces.imports.rules import FILE_EMPTY
from fangxian.kernel.refusals import RefusalKind


DECLINED = RefusalKind("tea.declined", "No tea.", "Try coffee.")


def test_every_command_says_what_it_does():
    shown = CliRunner().invoke(main.fangxian, ["--help"])

    assert shown.exit_code == 0
    for name in ("checkpoint", "device", "import", "serve", "verify", "work"):
        assert f"  {name} " in shown.output


@pytest.mark.parametrize("name", ["main", "supervision", "no_such", "../verify", "x y"])
def test_what_is_no_command_is_not_run(name):
    assert CliRunner().invoke(main.fangxian, [name]).exit_code == 2


def test_a_refusal_ends_with_3_its_sentence_and_its_remedy(monkeypatch, capsys):
    def decline(**_):
        raise DECLINED()

    monkeypatch.setattr(main, "fangxian", decline)

    with pytest.raises(SystemExit) as end:
        main.main()

    assert end.value.code == main.REFUSED == 3
    assert capsys.readouterr().err == "tea.declined: No tea.\nTry coffee.\n"


@pytest.mark.parametrize(
    ("locale", "sentence"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "文件里没有内容。"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C.UTF-8"}, "There is nothing in the file."),
        ({"LANG": ""}, "There is nothing in the file."),
    ],
)
def test_a_refusal_is_said_in_the_language_of_the_machine(
    monkeypatch, capsys, locale, sentence
):
    def decline(**_):
        raise FILE_EMPTY()

    monkeypatch.setattr(main, "fangxian", decline)
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.setenv(name, locale.get(name, ""))

    with pytest.raises(SystemExit):
        main.main()

    assert capsys.readouterr().err.startswith(f"imports.file_empty: {sentence}\n")


def run(folder, *words):
    """Run a command as a shell does, which knows nothing of our settings."""
    known = {k: v for k, v in os.environ.items() if k != "DJANGO_SETTINGS_MODULE"}
    return subprocess.run(
        [sys.executable, "-m", "fangxian.interfaces.commands.main", *words],
        env={
            **known,
            "FANGXIAN_DATA": str(folder),
            "FANGXIAN_DATABASE": "",
            "PYTHONPATH": "src",
        },
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
def test_an_empty_installation_is_told_how_it_is_made(tmp_path):
    done = run(tmp_path, "verify")

    assert done.returncode == main.REFUSED
    assert "store.not_ready" in done.stderr
    assert "fangxian serve" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_what_a_command_writes_is_for_its_owner_alone(tmp_path):
    folder = tmp_path / "data"
    run(folder, "verify")

    written = [path for path in folder.rglob("*") if path.is_file()]
    assert written
    assert [p for p in written if stat.S_IMODE(p.stat().st_mode) & 0o077] == []
