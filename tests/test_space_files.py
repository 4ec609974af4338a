"""The Spacefile, the README's front matter and requirements.txt say the same."""

import inspect
from pathlib import Path

import pytest

from arena.guard import MAX_INSTRUCTION_CHARACTERS
from arena.space import FRONT_MATTER_KEYS, SpacefileError, front_matter, read_spacefile
from models.images import open_picture
from models.registry import find

ROOT = Path(__file__).parents[1]


def test_the_front_matter_repeats_the_spacefile():
    readme = front_matter(ROOT / "README.md")
    space = read_spacefile(ROOT / "Spacefile")
    assert {key: readme[key] for key in FRONT_MATTER_KEYS} == space.front_matter
    assert readme["suggested_hardware"] == space.hardware


def test_the_space_runs_the_pinned_gradio():
    space = read_spacefile(ROOT / "Spacefile")
    requirements = (ROOT / "requirements.txt").read_text().split()
    assert f"gradio=={space.front_matter['sdk_version']}" in requirements
    assert (ROOT / space.front_matter["app_file"]).exists()


def test_the_lineup_is_known():
    space = read_spacefile(ROOT / "Spacefile")
    assert [find(name).name for name in space.lineup] == list(space.lineup)
    assert space.suite == "embedded"


def test_the_stated_limits_are_the_ones_that_are_enforced():
    space = read_spacefile(ROOT / "Spacefile")
    assert space.instruction_characters == MAX_INSTRUCTION_CHARACTERS
    assert space.picture_megabytes * 1_000_000 == inspect.signature(open_picture).parameters["max_bytes"].default


@pytest.mark.parametrize("package", ["torch", "torchvision"])
def test_requirements_install_nowhere_what_they_must_not(package):
    lines = [line for line in (ROOT / "requirements.txt").read_text().splitlines() if not line.startswith("#")]
    assert package not in lines
    assert all("==" in line for line in lines)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("title: MME Arena", "titel: MME Arena"), "lacks title and has unknown titel"),
        (("  - pup-3m\n", ""), "at least two model names"),
        (("instruction_characters: 2000", "instruction_characters: many"), "must be a whole number above 0"),
        (("lineup:", "lineup: ["), "not valid YAML"),
    ],
)
def test_a_broken_spacefile_is_told_in_one_sentence(tmp_path, change, message):
    path = tmp_path / "Spacefile"
    path.write_text((ROOT / "Spacefile").read_text(encoding="utf-8").replace(*change), encoding="utf-8")
    with pytest.raises(SpacefileError, match=message.replace("(", r"\(")):
        read_spacefile(path)


def test_a_missing_spacefile_is_told(tmp_path):
    with pytest.raises(SpacefileError, match="belongs beside app"):
        read_spacefile(tmp_path / "Spacefile")
