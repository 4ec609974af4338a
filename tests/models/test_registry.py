import json
import os

import pytest

from models import registry
from models.errors import ModelNotFoundError, NotAnsweringHereError, SpecificationError, UnknownModelError
from models.families import FAMILIES
from models.registry import describe, find, find_for, known_as, lineup, offered
from models.spec import Composition, Mission, PromptFormat, Runs

FIRST_BOARDS = (
    *("blip2-flan-t5-xxl", "instructblip-flan-t5-xxl", "llama-adapter-v2-7b", "mplug-owl-7b", "lavin-13b"),
    *("minigpt4-13b", "imagebind-llm-7b", "visualglm-6b", "multimodal-gpt-9b", "pandagpt-7b", "llava-1.5-7b"),
    "otter-9b",
)


@pytest.fixture
def own(tmp_path, monkeypatch):
    """`own(text)`: the user's models.yaml for this test."""

    def write(text):
        file = tmp_path / "models.yaml"
        file.write_text(text, encoding="utf-8")
        monkeypatch.setenv(registry.USER_FILE_VARIABLE, str(file))
        return file

    return write


def test_embedded_models_come_first_then_the_small_ones_and_names_are_unique():
    names = [spec.name for spec in lineup()]
    assert names[:3] == ["scout-3m", "pup-3m", "smolvlm-256m"]
    assert [spec.embedded for spec in lineup()].count(True) == 2
    assert len(set(names)) == len(names)


def test_every_model_of_the_first_boards_has_a_spec():
    specs = {spec.name: spec for spec in lineup()}
    assert [name for name in FIRST_BOARDS if name not in specs] == []
    elsewhere = {name: specs[name].runs for name in FIRST_BOARDS if not specs[name].answers}
    assert elsewhere.pop("lavin-13b") is Runs.RECORDED
    assert set(elsewhere.values()) == {Runs.ENDPOINT}
    assert len(elsewhere) == 7


def test_what_loads_here_has_a_hub_id():
    for spec in lineup()[2:]:
        if spec.runs is Runs.HERE:
            assert spec.source.count("/") == 1 and not spec.is_local, spec.name


def test_prompts_and_missions_follow_how_the_models_were_tuned():
    specs = {spec.name: spec for spec in lineup()}
    assert specs["blip2-opt-2.7b"].prompt_format is PromptFormat.QUESTION_ANSWER
    assert specs["instructblip-vicuna-7b"].prompt_format is PromptFormat.INSTRUCTION
    assert specs["llava-1.5-7b"].prompt_format is PromptFormat.CHAT
    assert specs["blip2-flan-t5-xl"].serves == (Mission.BENCHMARK,)
    assert Mission.IN_CONTEXT in specs["qwen2.5-vl-7b"].serves
    assert Mission.IN_CONTEXT not in specs["llava-1.5-7b"].serves
    assert isinstance(specs["minigpt4-13b"].composition, Composition)


def test_the_users_models_come_last_and_override_by_name(own):
    own("- {name: mine, source: me/mine}\n- {name: lavin-13b, endpoint: {urls: 'http://one/v1', model: lavin}}")
    assert lineup()[-1].name == "mine"
    assert find("lavin-13b").answers
    assert [spec.name for spec in lineup()].count("lavin-13b") == 1


def test_a_changed_file_is_read_again(own):
    own("- {name: mine, source: me/mine}")
    assert find("mine").title == "mine"
    file = own("- {name: mine, source: me/mine, title: Mine}")

    os.utime(file, ns=(1, 1))
    assert find("mine").title == "Mine"


def test_a_mistake_in_the_users_file_is_told(own, tmp_path, monkeypatch):
    own("- {name: mine, source: me/mine, size: 3}")
    with pytest.raises(SpecificationError, match="no key 'size'"):
        find("scout-3m")
    monkeypatch.setenv(registry.USER_FILE_VARIABLE, str(tmp_path / "gone.yaml"))
    with pytest.raises(SpecificationError, match="there is no such file"):
        lineup()


def test_what_is_offered_answers_and_serves():
    names = [spec.name for spec in offered()]
    assert "blip2-opt-2.7b" in names
    assert "lavin-13b" not in names and "glm-4.1v-9b" not in names
    in_the_arena = [spec.name for spec in offered(Mission.ARENA)]
    assert "glm-4.1v-9b" in in_the_arena and "blip2-opt-2.7b" not in in_the_arena
    extra = (find("me/mine"), find("scout-3m"))
    assert [spec.name for spec in offered(extra=extra)] == [*names, "me-mine"]


def test_a_hub_id_makes_a_spec():
    spec = find("Some_Body/Their.Model-7B")
    assert (spec.name, spec.title, spec.source) == (
        "some-body-their.model-7b",
        "Their.Model-7B",
        "Some_Body/Their.Model-7B",
    )
    assert (spec.family, spec.parameters, spec.licence) == ("unknown", 0, "see its model card")
    assert spec.revision == "main"


def test_a_hub_id_of_the_line_up_gives_its_spec():
    assert find("Qwen/Qwen2.5-VL-3B-Instruct") is find("qwen2.5-vl-3b")


def test_a_folder_makes_a_spec_with_its_own_count(tmp_path, monkeypatch):
    scout = registry.EMBEDDED_FOLDER / "scout-3m"
    spec = find(str(scout))
    assert (spec.name, spec.source, spec.is_local) == ("local-scout-3m", str(scout), True)
    assert spec.parameters == find("scout-3m").parameters
    (tmp_path / "my model!").mkdir()
    monkeypatch.chdir(tmp_path)
    assert find("./my model!").name == "local-my-model"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("scout3m", "Did you mean 'scout-3m'?"),
        ("SmolVLM-256M", "Did you mean 'smolvlm-256m'?"),
        ("qwen/qwen2.5-vl-3b-instruct", "Did you mean 'Qwen/Qwen2.5-VL-3B-Instruct'?"),
        ("xyz", "pup-3m"),
        ("", "''"),
        ("a/b/c", "owner/name"),
        ("https://huggingface.co/a/b", "owner/name"),
    ],
)
def test_an_unknown_name_is_told_with_those_allowed(name, words):
    with pytest.raises(UnknownModelError) as caught:
        find(name)
    assert repr(name) in str(caught.value) and words in str(caught.value)


def test_a_folder_that_is_not_there_is_told():
    with pytest.raises(ModelNotFoundError, match=r"no folder '\./nowhere'"):
        find("./nowhere")


def test_who_cannot_answer_here_is_refused_with_a_way_out():
    with pytest.raises(NotAnsweringHereError, match=r"LaVIN 13B does not run .* recorded MME .*`endpoint:`"):
        find_for("lavin-13b", Mission.BENCHMARK)
    with pytest.raises(SpecificationError, match=r"BLIP-2 OPT 2\.7B serves benchmark, not arena"):
        find_for("blip2-opt-2.7b", Mission.ARENA)
    assert find_for("scout-3m", Mission.ARENA).name == "scout-3m"


def test_a_recorded_model_is_found_again():
    for name in ("scout-3m", "me/mine", str(registry.EMBEDDED_FOLDER / "pup-3m")):
        spec = find(name)
        assert find(known_as(spec.name, spec.source)) == spec
    assert known_as("an-imported-one", "") == "an-imported-one"


def test_a_description_is_json_with_the_promised_keys(own):
    own("- {name: mine, endpoint: {urls: ['http://one:8000/v1'], model: big, key_variable: K}}")
    entry = json.loads(json.dumps(describe(find("mine"))))
    assert entry["endpoint"] == {"urls": ["http://one:8000/v1"], "model": "big"}
    assert (entry["runs"], entry["serves"]) == ("endpoint", ["benchmark", "arena"])
    scout = json.loads(json.dumps(describe(find("scout-3m"))))
    assert scout["embedded"] is True and scout["endpoint"] is None and scout["composition"] is None
    assert scout["quantizations"] == ["none", "int8", "nf4"]
    assert {"title", "family", "parameters", "source", "licence"} <= scout.keys()
    assert describe(find("minigpt4-7b"))["composition"]["language"] == "Vision-CAIR/vicuna-7b"


def test_only_families_that_take_several_pictures_are_asked_in_context():
    several = {family.name for family in FAMILIES if family.several_pictures}
    asked = {spec.family for spec in lineup() if Mission.IN_CONTEXT in spec.serves and spec.runs is Runs.HERE}
    assert asked - several == set()
