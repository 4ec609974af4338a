import json
import subprocess
import sys
from pathlib import Path

import pytest

from models.__main__ import main

ROOT = Path(__file__).parents[2]


def test_list_json_is_a_list_of_objects_with_name_and_embedded(capsys):
    assert main(["list", "--json"]) == 0
    entries = json.loads(capsys.readouterr().out)
    assert [(entry["name"], entry["embedded"]) for entry in entries[:3]] == [
        ("scout-3m", True),
        ("pup-3m", True),
        ("smolvlm-256m", False),
    ]


def test_list_is_a_table_for_people(capsys):
    assert main(["list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["NAME", "TITLE", "SIZE", "FAMILY", "LICENCE", "SERVES", "RUNS", "WHERE"]
    assert lines[1].startswith("scout-3m") and lines[1].split("  ")[-1].strip() == "ships here"
    (lavin,) = [line for line in lines if line.startswith("lavin-13b")]
    assert "recorded only" in lavin


@pytest.mark.parametrize("arguments", [[], ["lst"], ["list", "--xml"]])
def test_a_wrong_command_exits_with_2(arguments, capsys):
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert "error:" in capsys.readouterr().err


def test_nothing_heavy_is_imported_before_a_model_is_loaded():
    names = "models.spec models.registry models.pool models.images models.generation models.sources models.__main__"
    code = (
        f"import sys, {names.replace(' ', ', ')}; models.registry.lineup(); models.pool.ModelPool().status();"
        "print([m for m in ('torch', 'transformers', 'bitsandbytes', 'accelerate') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
