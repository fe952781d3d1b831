"""The environment is filled when the requirements change and only then; what goes wrong is told in one sentence."""

import pytest

from tools import environment

NO_NETWORK = [
    "ERROR: Could not find a version that satisfies the requirement streamlit (from versions: none)",
    "hint: Packages were unavailable because the network was disabled.",
    "error: Failed to fetch: `https://example.org/simple/torch/`\n  Caused by: dns error",
    "NewConnectionError('...: [Errno 11001] getaddrinfo failed')",
]


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """The list of installations that `environment.ensure` starts, in a folder that counts as a working `.venv`."""
    calls = []
    monkeypatch.setattr(environment, "VENV", tmp_path)
    monkeypatch.setattr(environment, "_make_environment", lambda: None)
    monkeypatch.setattr(environment, "_install", calls.append)
    return calls


@pytest.fixture
def requirements(tmp_path):
    file = tmp_path / "requirements.txt"
    file.write_text("torch>=2.11\n")
    return file


def test_nothing_is_installed_twice(installed, requirements):
    environment.ensure(requirements)
    environment.ensure(requirements)
    assert installed == [(requirements,)]


def test_a_change_installs_again(installed, requirements):
    environment.ensure(requirements)
    requirements.write_text("torch>=2.15\n")
    environment.ensure(requirements)
    assert len(installed) == 2


def test_a_failed_installation_is_tried_again(installed, requirements, monkeypatch):
    def fail(_files):
        raise environment.SetupError("no network")

    with monkeypatch.context() as patch, pytest.raises(environment.SetupError):
        patch.setattr(environment, "_install", fail)
        environment.ensure(requirements)
    environment.ensure(requirements)
    assert len(installed) == 1


@pytest.mark.parametrize("output", NO_NETWORK)
def test_no_network_is_one_sentence_with_the_packages_and_what_to_do(output, requirements):
    sentence = environment._why_not_installed(output, (requirements,))
    assert "torch" in sentence and "connect to the network" in sentence
    assert "\n" not in sentence and sentence.count(". ") == 0


def test_a_full_disk_is_not_taken_for_a_missing_network(requirements):
    sentence = environment._why_not_installed("OSError: [Errno 28] No space left on device", (requirements,))
    assert "disk is full" in sentence


def test_names_leave_out_options_comments_and_ranges(tmp_path):
    file = tmp_path / "requirements.txt"
    file.write_text("# comment\n-r other.txt\nscikit-learn>=1.6\nplotly>=7.0,<8\n")
    assert environment._names((file,)) == ["scikit-learn", "plotly"]
