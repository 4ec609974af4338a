"""The line-up: the small models that ship here first, then open models from the Hugging Face Hub.

Hub revisions are `main` unless someone pins one; the commit that was loaded is recorded with every result.
Parameter counts are the checkpoints' own, rounded; licences are those of the model cards.
"""

from pathlib import Path

from models.errors import UnknownModelError
from models.spec import ModelSpec, PromptFormat
from models.weights import parameter_count

EMBEDDED_FOLDER = Path(__file__).parent / "embedded"


def _embedded(name: str, title: str, declared_parameters: int, notes: str) -> ModelSpec:
    folder = EMBEDDED_FOLDER / name
    return ModelSpec(
        name=name,
        title=title,
        source=str(folder),
        family="llava",
        parameters=parameter_count(folder) or declared_parameters,
        licence="Apache-2.0",
        embedded=True,
        notes=notes,
    )


_HUB = (
    ModelSpec(
        name="smolvlm-256m",
        title="SmolVLM 256M",
        source="HuggingFaceTB/SmolVLM-256M-Instruct",
        family="smolvlm",
        parameters=256_000_000,
        licence="Apache-2.0",
        min_gpu_gib=1,
        notes="The smallest of today's open models; fine on a laptop.",
    ),
    ModelSpec(
        name="smolvlm-500m",
        title="SmolVLM 500M",
        source="HuggingFaceTB/SmolVLM-500M-Instruct",
        family="smolvlm",
        parameters=507_000_000,
        licence="Apache-2.0",
        min_gpu_gib=1.5,
        notes="Twice the size of the smallest; still fine on a laptop.",
    ),
    ModelSpec(
        name="qwen2-vl-2b",
        title="Qwen2-VL 2B",
        source="Qwen/Qwen2-VL-2B-Instruct",
        family="qwen2-vl",
        parameters=2_209_000_000,
        licence="Apache-2.0",
        min_gpu_gib=4,
        notes="Reads Chinese and English; sees pictures at their own resolution.",
    ),
    ModelSpec(
        name="qwen2.5-vl-3b",
        title="Qwen2.5-VL 3B",
        source="Qwen/Qwen2.5-VL-3B-Instruct",
        family="qwen2.5-vl",
        parameters=3_755_000_000,
        licence="Qwen Research (non-commercial)",
        min_gpu_gib=6,
        notes="Reads Chinese and English; for research use only.",
    ),
    ModelSpec(
        name="qwen2.5-vl-7b",
        title="Qwen2.5-VL 7B",
        source="Qwen/Qwen2.5-VL-7B-Instruct",
        family="qwen2.5-vl",
        parameters=8_292_000_000,
        licence="Apache-2.0",
        min_gpu_gib=8,
        notes="Reads Chinese and English; sees pictures at their own resolution.",
    ),
    ModelSpec(
        name="llava-1.5-7b",
        title="LLaVA-1.5 7B",
        source="llava-hf/llava-1.5-7b-hf",
        family="llava",
        parameters=7_063_000_000,
        licence="Llama 2 Community",
        min_gpu_gib=6,
        notes="The reference of many papers: CLIP ViT-L/14 at 336 px with Vicuna 7B.",
    ),
    ModelSpec(
        name="llava-1.5-13b",
        title="LLaVA-1.5 13B",
        source="llava-hf/llava-1.5-13b-hf",
        family="llava",
        parameters=13_351_000_000,
        licence="Llama 2 Community",
        min_gpu_gib=10,
        notes="The larger LLaVA-1.5, with Vicuna 13B.",
    ),
    ModelSpec(
        name="blip2-opt-2.7b",
        title="BLIP-2 OPT 2.7B",
        source="Salesforce/blip2-opt-2.7b",
        family="blip-2",
        parameters=3_745_000_000,
        licence="MIT",
        prompt_format=PromptFormat.QUESTION_ANSWER,
        min_gpu_gib=4,
        notes="Not tuned to follow instructions.",
    ),
    ModelSpec(
        name="blip2-flan-t5-xl",
        title="BLIP-2 FlanT5 XL",
        source="Salesforce/blip2-flan-t5-xl",
        family="blip-2",
        parameters=3_942_000_000,
        licence="MIT",
        prompt_format=PromptFormat.QUESTION_ANSWER,
        min_gpu_gib=4,
        notes="Answers briefly; its language model was tuned on many tasks.",
    ),
    ModelSpec(
        name="instructblip-flan-t5-xl",
        title="InstructBLIP FlanT5 XL",
        source="Salesforce/instructblip-flan-t5-xl",
        family="instructblip",
        parameters=4_023_000_000,
        licence="MIT",
        prompt_format=PromptFormat.INSTRUCTION,
        min_gpu_gib=4,
        notes="BLIP-2 tuned to follow instructions.",
    ),
    ModelSpec(
        name="instructblip-vicuna-7b",
        title="InstructBLIP Vicuna 7B",
        source="Salesforce/instructblip-vicuna-7b",
        family="instructblip",
        parameters=7_914_000_000,
        licence="LLaMA and Vicuna terms (non-commercial)",
        prompt_format=PromptFormat.INSTRUCTION,
        min_gpu_gib=7,
        notes="BLIP-2 tuned to follow instructions, with Vicuna 7B; for research use only.",
    ),
)


def lineup() -> tuple[ModelSpec, ...]:
    """Every known model, embedded ones first. Whether a folder is there is found out when it is loaded."""
    return (
        _embedded("scout-3m", "Scout 3M", 3_400_000, "Trained for this app from scratch on drawn shapes."),
        _embedded("pup-3m", "Pup 3M", 3_400_000, "Scout, stopped after a quarter of its training: weaker on purpose."),
        *_HUB,
    )


def find(name: str) -> ModelSpec:
    """The spec called `name`; UnknownModelError lists the names that exist."""
    specs = {spec.name: spec for spec in lineup()}
    try:
        return specs[name]
    except KeyError:
        raise UnknownModelError(name, list(specs)) from None


def describe(spec: ModelSpec) -> dict[str, object]:
    """One JSON-ready object per model, as `python -m models list --json` prints it."""
    return {
        "name": spec.name,
        "title": spec.title,
        "embedded": spec.embedded,
        "family": spec.family,
        "parameters": spec.parameters,
        "source": spec.source,
        "revision": spec.revision,
        "licence": spec.licence,
        "gated": spec.gated,
        "prompt_format": spec.prompt_format.value,
        "quantizations": [quantization.value for quantization in spec.quantizations],
        "min_gpu_gib": spec.min_gpu_gib,
        "notes": spec.notes,
    }
