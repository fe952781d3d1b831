"""The Makefile, the supported Pythons and the commands say the same."""

import re
import tomllib

from tools.commands import COMMANDS, main
from tools.environment import ROOT
from tools.interpreter import is_supported


def test_the_makefile_offers_every_command_and_no_other():
    makefile = (ROOT / "Makefile").read_text()
    targets = re.findall(r"^([a-z]+):.*##", makefile, re.MULTILINE)
    assert sorted(targets) == sorted(COMMANDS)
    for name in set(COMMANDS) - {"help"}:
        assert f"$(TOOLS) {name}" in makefile


def test_an_unknown_command_lists_the_commands_and_fails(capsys):
    assert main(["rnu"]) != 0
    listed = capsys.readouterr().out
    assert all(name in listed for name in COMMANDS)


def test_supported_pythons_are_those_of_the_project():
    bounds = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"]
    assert bounds == ">=3.11,<3.14"
    assert [minor for minor in range(8, 20) if is_supported((3, minor, 0))] == [11, 12, 13]
    assert not is_supported((2, 7, 18))
