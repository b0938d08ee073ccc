import pytest
from click.testing import CliRunner

from fangxian.interfaces.commands import main
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
