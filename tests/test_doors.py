"""Who may know whom, read from the imports and from what a fresh interpreter loads; and the shape of the repository."""

import ast
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
HOUSE = ("engine", "pages", "benchmarks", "tools", "tests")
TORCH = {"torch", "torchvision"}
FAMILIES = sorted(path.parent.name for path in (ROOT / "engine").glob("*/operations.py"))
INFERENCE = ["engine.host", "engine.server", "engine.client", "engine.supervisor"] + [
    f"engine.{family}.{room}" for family in FAMILIES for room in ("operations", "networks")
]
MIB = 2**20
MACHINE_PATH = re.compile(r"(?<![\w.~*}<-])/(?:(?:work|root|tmp)\b|(?:home|Users)/\w)")


def files(*folders: str) -> list[Path]:
    """The Python files of folders, and `app.py` for "app"."""
    found = (path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    return sorted(found) + [ROOT / "app.py"] * ("app" in folders)


def module(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module(path): path for path in files(*HOUSE, "app")}


def imported(nodes: Iterator[ast.AST]) -> Iterator[str]:
    """The names behind import statements: `from a import b` may mean the module a.b as well as a."""
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute here"
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def outside_functions(node: ast.AST) -> Iterator[ast.AST]:
    """What runs when a module is imported."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield child
            yield from outside_functions(child)


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def anywhere(path: Path) -> set[str]:
    """What a file imports, functions included."""
    return set(imported(ast.walk(tree(path))))


def reached(names: set[str]) -> set[str]:
    """Everything that importing these modules imports in turn, packages on the way included."""
    seen, ahead = set(), set(names)
    while ahead:
        name = ahead.pop()
        seen.add(name)
        packages = {name.rsplit(".", n)[0] for n in range(1, name.count(".") + 1)}
        path = MODULES.get(name)
        ahead |= (packages | (set(imported(outside_functions(tree(path)))) if path else set())) - seen
    return seen


def roots(names: set[str]) -> set[str]:
    return {name.split(".")[0] for name in names}


@cache
def loaded_by(*modules: str) -> set[str]:
    """The modules that a fresh interpreter holds after importing these."""
    script = "import sys, importlib; [importlib.import_module(name) for name in sys.argv[1:]]; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", script, *modules], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    return set(run.stdout.split())


def is_script(path: Path) -> bool:
    """Whether importing a file would run a page: it does something at once, with no name to hold the result."""
    calls = (node.value for node in tree(path).body if isinstance(node, ast.Expr))
    return any(isinstance(call, ast.Call) for call in calls) or any(
        isinstance(node, ast.With | ast.For | ast.If) for node in tree(path).body
    )


# who may know whom


def test_the_checks_see_what_they_should():
    """These checks would pass without a word if they looked at nothing."""
    assert FAMILIES
    assert "torch" in reached({"engine.host"})
    assert "engine.training" in reached({f"engine.{FAMILIES[0]}.live"})
    assert "streamlit" in roots(anywhere(ROOT / "pages" / "main.py"))
    assert is_script(ROOT / "pages" / "main.py")
    assert not is_script(ROOT / "pages" / "routes.py")


@pytest.mark.parametrize("path", files("engine"), ids=module)
def test_the_engine_knows_no_page(path):
    assert not roots(anywhere(path)) & {"streamlit", "pages", "app", "benchmarks", "playwright", "tests"}


def test_the_engine_loads_no_streamlit():
    loaded = loaded_by(*(module(path) for path in files("engine")))
    assert "engine.host" in loaded
    assert not {name for name in loaded if name.split(".")[0] in ("streamlit", "pages")}


@pytest.mark.parametrize("path", files("pages", "app"), ids=module)
def test_pages_know_no_torch(path):
    assert not roots(anywhere(path)) & TORCH
    assert not roots(reached(anywhere(path))) & TORCH
    assert "safetensors.torch" not in reached(anywhere(path))


def test_pages_load_no_torch():
    rooms = [module(path) for path in files("pages", "app") if not is_script(path)]
    assert {"app", "pages.routes"} <= set(rooms)
    loaded = loaded_by(*rooms)
    assert {"streamlit", "engine.client", *rooms} <= loaded
    assert not roots(loaded) & TORCH


@pytest.mark.parametrize("family", FAMILIES)
def test_a_family_knows_no_other_family(family):
    """Editing alone builds on the others: it changes what they make."""
    others = {f"engine.{other}" for other in FAMILIES if other not in (family, "editing")}
    for path in files(f"engine/{family}"):
        strangers = {name for name in anywhere(path) for other in others if f"{name}.".startswith(f"{other}.")}
        assert family == "editing" or not strangers, module(path)


@pytest.mark.parametrize("name", INFERENCE)
def test_inference_knows_no_training(name):
    assert "engine.training" not in reached({name})


def test_inference_loads_no_training():
    loaded = loaded_by(*INFERENCE)
    assert set(INFERENCE) <= loaded
    assert not loaded & {"engine.training", "engine.train", *(f"engine.{family}.live" for family in FAMILIES)}


# the shape of the repository


def tracked() -> list[Path]:
    """The files that are under version control."""
    git = shutil.which("git")
    listing = git and subprocess.run([git, "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    if not listing or listing.returncode:
        pytest.skip("this copy is not under version control")
    return [path for name in listing.stdout.split("\0") if name and (path := ROOT / name).exists()]


def test_no_file_is_a_drawer_for_everything():
    assert [path for path in files(*HOUSE, "app") if path.stem in ("utils", "util", "helpers", "misc", "common")] == []


@pytest.mark.parametrize("folder", [*HOUSE, "app"])
def test_no_python_file_is_longer_than_300_lines(folder):
    lengths = {module(path): len(path.read_text("utf-8").splitlines()) for path in files(folder)}
    assert {name: lines for name, lines in lengths.items() if lines > 300} == {}


def test_no_text_names_a_path_of_somebodys_machine():
    found = []
    for path in tracked():
        data = path.read_bytes()
        if b"\0" in data:
            continue
        for number, line in enumerate(data.decode("utf-8").splitlines(), 1):
            if MACHINE_PATH.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()}")
    assert found == []


@pytest.mark.parametrize(
    ("line", "is_path"),
    [
        ("cd /" + "work/main", True),
        ('open("/' + 'tmp")', True),
        ("see /" + "home/ada/notes", True),
        ("~/.cache/manifold", False),
        ("https://example.org/work/1", False),
        ("</root>", False),
        ("/home", False),
        ("templates", False),
    ],
)
def test_machine_paths_are_told_from_other_text(line, is_path):
    assert bool(MACHINE_PATH.search(line)) == is_path


def test_pretrained_models_are_small_and_only_data():
    held = [path for path in (ROOT / "pretrained").rglob("*") if path.is_file()]
    assert {path.suffix for path in held} <= {".safetensors", ".json"}
    assert {path.name for path in held if path.stat().st_size > 16 * MIB} == set()
    assert sum(path.stat().st_size for path in held) <= 32 * MIB
