from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from models import catalogue
from models.errors import SpecificationError
from models.registry import LINEUP_FILE
from models.spec import Composition, Endpoint, Mission, ModelSpec, PromptFormat, Quantization, Runs

FULL = """
- name: mine-7b
  title: Mine 7B
  source: me/mine-7b
  revision: v2
  family: llava
  parameters: 7_000_000_000
  licence: MIT
  gated: true
  prompt_format: question-answer
  min_gpu_gib: 6.5
  notes: >
    Two lines
    of notes.
  quantizations: [nf4, none]
  serves: [arena]
  runs: endpoint
  endpoint:
    urls: [http://one:8000/v1, http://two:8000/v1]
    model: mine
    key_variable: MINE_KEY
    max_requests: 2
    timeout_seconds: 30
  composition: {vision: a/eyes, language: a/words, projection: "a/bridge::bridge.pth"}
"""


def write(folder: Path, text: str) -> Path:
    file = folder / "models.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def test_every_key_arrives_in_the_spec(tmp_path):
    assert catalogue.read(write(tmp_path, FULL)) == (
        ModelSpec(
            name="mine-7b",
            title="Mine 7B",
            source="me/mine-7b",
            revision="v2",
            family="llava",
            parameters=7_000_000_000,
            licence="MIT",
            gated=True,
            prompt_format=PromptFormat.QUESTION_ANSWER,
            min_gpu_gib=6.5,
            notes="Two lines of notes.",
            quantizations=(Quantization.NF4, Quantization.NONE),
            serves=(Mission.ARENA,),
            runs=Runs.ENDPOINT,
            endpoint=Endpoint(("http://one:8000/v1", "http://two:8000/v1"), "mine", "MINE_KEY", 2, 30),
            composition=Composition("a/eyes", "a/words", "a/bridge::bridge.pth"),
        ),
    )


def test_a_name_and_a_source_are_enough(tmp_path):
    (spec,) = catalogue.read(write(tmp_path, "- {name: mine, source: me/mine}"))
    assert spec == ModelSpec("mine", "mine", "me/mine", "unknown", 0, "see its model card")
    assert spec.answers


def test_so_are_a_name_and_an_endpoint(tmp_path):
    (spec,) = catalogue.read(write(tmp_path, "- {name: mine, endpoint: {urls: 'http://one/v1', model: big/one}}"))
    assert (spec.source, spec.runs, spec.answers) == ("big/one", Runs.ENDPOINT, True)
    assert spec.endpoint == Endpoint(("http://one/v1",), "big/one")


def test_a_known_name_overrides_only_what_it_gives(tmp_path):
    known = ModelSpec("lavin", "LaVIN", "https://x", "lavin", 13, "GPL", runs=Runs.RECORDED)
    text = "- {name: lavin, endpoint: {urls: ['http://one/v1'], model: lavin}}"
    (spec,) = catalogue.read(write(tmp_path, text), {"lavin": known})
    assert (spec.title, spec.parameters, spec.runs) == ("LaVIN", 13, Runs.RECORDED)
    assert spec.answers and not known.answers


def test_a_folder_is_looked_for_beside_the_file(tmp_path):
    (spec,) = catalogue.read(write(tmp_path, "- {name: mine, source: ./weights/mine}"))
    assert spec.source == str(tmp_path / "weights" / "mine")


def test_an_empty_file_adds_nothing(tmp_path):
    assert catalogue.read(write(tmp_path, "# nothing yet\n")) == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("models: []", ["models.yaml holds a mapping", "a list with one mapping a model"]),
        ("- [a", ["models.yaml is not valid YAML"]),
        ("- just text", ["model no. 1 is a text", "mapping"]),
        ("- {source: me/mine}", ["model no. 1", "'name' is empty"]),
        ("- {name: 7, source: me/mine}", ["'name' is 7", "a text"]),
        ("- {name: My Model, source: me/mine}", ["'My Model'", "lower-case"]),
        ("- {name: mine}", ["'mine'", "a source (a hub id or a folder) or an endpoint"]),
        ("- {name: mine, source: a/b}\n- {name: mine, source: a/c}", ["'mine'", "there twice"]),
        ("- {name: mine, source: a/b, licens: MIT}", ["'mine'", "no key 'licens'", "licence"]),
        ("- {name: mine, source: a/b, embedded: true}", ["no key 'embedded'"]),
        ("- {name: mine, source: a/b, 3: 4}", ["no key 3"]),
        ("- {name: mine, source: 4}", ["'source' is 4", "a text"]),
        ("- {name: mine, source: ''}", ["'source' is ''", "a text"]),
        ("- {name: mine, source: a/b, gated: sometimes}", ["'gated' is 'sometimes'", "true or false"]),
        ("- {name: mine, source: a/b, parameters: 7B}", ["'parameters' is '7B'", "whole number"]),
        ("- {name: mine, source: a/b, parameters: -1}", ["'parameters' is -1", "whole number"]),
        ("- {name: mine, source: a/b, parameters: true}", ["'parameters' is True", "whole number"]),
        ("- {name: mine, source: a/b, min_gpu_gib: .inf}", ["'min_gpu_gib' is inf", "above 0"]),
        ("- {name: mine, source: a/b, quantizations: int4}", ["'quantizations' is 'int4'", "none, int8, nf4"]),
        ("- {name: mine, source: a/b, quantizations: [int4]}", ["'quantizations' is ['int4']", "none, int8, nf4"]),
        ("- {name: mine, source: a/b, serves: []}", ["'serves' is []", "benchmark, arena, in-context"]),
        ("- {name: mine, source: a/b, serves: [[1]]}", ["'serves'", "benchmark, arena, in-context"]),
        ("- {name: mine, source: a/b, runs: there}", ["'runs' is 'there'", "here, endpoint, recorded"]),
        ("- {name: mine, source: a/b, prompt_format: plain}", ["'prompt_format' is 'plain'", "question-answer"]),
        ("- {name: mine, endpoint: here}", ["'endpoint' is 'here'", "a mapping with the keys urls, model"]),
        ("- {name: mine, endpoint: {urls: 'http://a'}}", ["'endpoint'", "lacks model"]),
        ("- {name: mine, endpoint: {urls: 'a:80', model: b}}", ["'endpoint'", "http://"]),
        ("- {name: mine, endpoint: {urls: [1], model: b}}", ["'endpoint': key 'urls' is [1]"]),
        ("- {name: mine, endpoint: {url: 'http://a', model: b}}", ["'endpoint'", "no key 'url'", "urls, model"]),
        ("- {name: mine, endpoint: {urls: 'http://a', model: b, max_requests: 0}}", ["'endpoint'", "above 0"]),
        ("- {name: mine, source: a/b, composition: {vision: a}}", ["'composition'", "lacks language and projection"]),
    ],
)
def test_a_mistake_names_file_model_key_what_came_and_what_is_allowed(text, words, tmp_path):
    with pytest.raises(SpecificationError) as caught:
        catalogue.read(write(tmp_path, text))
    message = str(caught.value)
    for word in ["models.yaml", *words]:
        assert word in message, message
    assert message.endswith(".")
    assert ".." not in message.replace("name: ...", "")


@pytest.mark.parametrize("url", ["http://me:secret@one/v1", "http://one/v1?key=secret"])
def test_a_key_in_an_address_is_refused_and_not_repeated(url, tmp_path):
    with pytest.raises(SpecificationError, match=r"'endpoint': .* keep keys in the key_variable") as caught:
        catalogue.read(write(tmp_path, f"- {{name: mine, endpoint: {{urls: ['{url}'], model: big}}}}"))
    assert "secret" not in str(caught.value)


def test_a_model_that_ships_here_cannot_be_overridden(tmp_path):
    scout = ModelSpec("scout", "Scout", "/here", "llava", 3, "Apache-2.0", embedded=True)
    with pytest.raises(SpecificationError, match="ships with the app; give yours another name"):
        catalogue.read(write(tmp_path, "- {name: scout, title: Mine}"), {"scout": scout})


def test_a_file_that_cannot_be_read_is_told(tmp_path):
    with pytest.raises(SpecificationError, match="cannot be read"):
        catalogue.read(tmp_path)
    (tmp_path / "models.yaml").write_bytes(b"- name: \xff\xfe")
    with pytest.raises(SpecificationError, match="not valid YAML"):
        catalogue.read(tmp_path / "models.yaml")


leaves = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8)
keys = st.sampled_from(["name", "source", "endpoint", "urls", "model", "serves", "parameters", "composition"])
values = st.recursive(leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=5))


@given(values)
def test_whatever_a_file_holds_becomes_specs_or_one_clear_error(tmp_path_factory, content):
    file = tmp_path_factory.getbasetemp() / "any.yaml"
    file.write_text(yaml.safe_dump(content), encoding="utf-8")
    try:
        assert all(isinstance(spec, ModelSpec) for spec in catalogue.read(file))
    except SpecificationError as error:
        assert "any.yaml" in str(error)


def test_the_line_up_reads_and_says_something_about_every_model():
    for spec in catalogue.read(LINEUP_FILE):
        assert spec.notes.endswith(".") and spec.licence and spec.parameters > 0, spec.name
        assert spec.revision == "main"
        assert (spec.min_gpu_gib is None) is (spec.runs is not Runs.HERE), spec.name
