"""A model's processor: picture and text to tensors, without torchvision.

transformers builds a video processor for some families (SmolVLM, Qwen-VL), and that needs torchvision, which this
app does not install. Nothing here shows videos, so such a processor is built from its picture and text parts. LFM2-VL's
picture part needs torchvision too; there is one here that does not.
"""

import json
from functools import cache
from pathlib import Path

from transformers import AutoImageProcessor, AutoProcessor
from transformers.models.auto.processing_auto import processor_class_from_name
from transformers.processing_utils import ProcessorMixin
from transformers.utils import is_torchvision_available

from models.lfm2 import Lfm2VlImageProcessorPil

VIDEO = "video_processor"
_OWN_PICTURES = {"Lfm2VlProcessor": Lfm2VlImageProcessorPil}
_NAMING_FILES = ("processor_config.json", "preprocessor_config.json", "tokenizer_config.json")


def load_processor(folder: Path) -> ProcessorMixin:
    """The processor saved in `folder`; raises OSError or ValueError where its files are missing or wrong."""
    saved_class = _saved_class(folder)
    if saved_class is not None and _needs_torchvision(saved_class) and not is_torchvision_available():
        return image_only(saved_class).from_pretrained(folder, local_files_only=True)
    return AutoProcessor.from_pretrained(folder, local_files_only=True)


def _needs_torchvision(saved_class: type[ProcessorMixin]) -> bool:
    return VIDEO in saved_class.get_attributes() or saved_class.__name__ in _OWN_PICTURES


def _saved_class(folder: Path) -> type[ProcessorMixin] | None:
    for file in (folder / name for name in _NAMING_FILES):
        if file.is_file() and (name := json.loads(file.read_text("utf-8")).get("processor_class")):
            return processor_class_from_name(name)
    return None


@cache
def image_only(base: type[ProcessorMixin]) -> type[ProcessorMixin]:
    """`base` without what needs torchvision, under the same class name so that it saves and reloads as itself."""

    class ImageOnly(base):
        def check_argument_for_proper_class(self, argument_name, argument):
            if argument_name == VIDEO and argument is None:
                return object
            return super().check_argument_for_proper_class(argument_name, argument)

        @classmethod
        def _get_arguments_from_pretrained(cls, folder, processor_dict=None, **kwargs):
            return [cls._load_part(attribute, folder, **kwargs) for attribute in cls.get_attributes()]

        @classmethod
        def _load_part(cls, attribute, folder, **kwargs):
            if attribute == VIDEO:
                return None
            if "tokenizer" in attribute:
                return cls._load_tokenizer_from_pretrained(attribute, folder, **kwargs)
            pictures = _OWN_PICTURES.get(base.__name__, AutoImageProcessor)
            return pictures.from_pretrained(folder, **kwargs)

        def apply_chat_template(self, *args, **kwargs):  # SmolVLM's own asks the video processor for a frame rate
            return ProcessorMixin.apply_chat_template(self, *args, **kwargs)

    ImageOnly.__name__ = base.__name__
    return ImageOnly
