"""The rules of the house, read off the source: who may import whom and what."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("models", "benchmark", "arena")
MAY_IMPORT = {"models": {"models"}, "benchmark": {"benchmark", "models"}, "arena": {"arena", "models"}}
HEAVY = {"torch", "transformers", "bitsandbytes", "accelerate"}
SOURCES = [*sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py")), ROOT / "app.py"]


def imported(tree: ast.AST) -> set[str]:
    """Top-level names of everything that a module imports, anywhere in it."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide which room is meant"
            names.add((node.module or "").split(".")[0])
    return names


def broken_rules(path: Path, tree: ast.AST) -> list[str]:
    """The house rules that one file breaks, in words."""
    relative = path.relative_to(ROOT)
    room = relative.parts[0] if len(relative.parts) > 1 else "app.py"
    names = imported(tree)
    broken = []
    if room != "app.py" and (foreign := (names & {*ROOMS, "app"}) - MAY_IMPORT[room]):
        broken.append(f"{relative} imports {sorted(foreign)}")
    is_ui = path.name == "ui.py" or path.name.endswith("_ui.py")
    if "gradio" in names and room != "app.py" and not is_ui:
        broken.append(f"{relative} imports gradio")
    if "plotly" in names and path.name != "plots.py" and not path.name.endswith("_plots.py"):
        broken.append(f"{relative} imports plotly")
    if names & {"sqlalchemy", "sqlite3"} and relative.parts[:2] != ("arena", "store"):
        broken.append(f"{relative} speaks SQL")
    if names & HEAVY and room != "models":
        broken.append(f"{relative} imports {sorted(names & HEAVY)}")
    return broken


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_rooms_keep_to_the_rules(path):
    assert broken_rules(path, ast.parse(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    ("where", "code", "rule"),
    [
        ("models/pool.py", "import arena.store", "imports ['arena']"),
        ("arena/battle.py", "from benchmark.scoring import score", "imports ['benchmark']"),
        ("benchmark/data.py", "import gradio as gr", "imports gradio"),
        ("arena/ratings.py", "import sqlite3", "speaks SQL"),
        ("arena/store.py", "from sqlalchemy import text", "speaks SQL"),
        ("arena/ui.py", "import torch", "imports ['torch']"),
        ("benchmark/boards.py", "import plotly.graph_objects as go", "imports plotly"),
        ("arena/history_ui.py", "import plotly.graph_objects as go", "imports plotly"),
        ("app.py", "from torch import nn", "imports ['torch']"),
    ],
)
def test_a_broken_rule_is_seen(where, code, rule):
    (broken,) = broken_rules(ROOT / where, ast.parse(code))
    assert broken.endswith(rule)


@pytest.mark.parametrize(
    ("where", "code"),
    [
        ("arena/store/frames.py", "import sqlalchemy"),
        ("arena/agreement_plots.py", "import plotly.graph_objects as go"),
        ("benchmark/plots.py", "import plotly.graph_objects as go"),
        ("arena/battle_ui.py", "import gradio as gr"),
    ],
)
def test_what_is_allowed_is_no_broken_rule(where, code):
    assert broken_rules(ROOT / where, ast.parse(code)) == []


def test_importing_the_app_imports_no_torch():
    code = f"import sys, app; print(sorted({HEAVY!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_top_level_holds_only_what_was_agreed():
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    top = {name.split("/")[0] for name in tracked}
    agreed = {"app.py", *ROOMS, "tests", "requirements.txt", "Spacefile", "README.md", "LICENSE", "Makefile"}
    assert {name for name in top if not name.startswith(".")} <= agreed | {"pyproject.toml", "models.yaml"}


def test_files_stay_room_sized():
    long = {
        str(path.relative_to(ROOT)): lines
        for path in SOURCES
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 350
    }
    assert long == {}
