"""The word-level tokenizer and the processor of the embedded models.

Input is lowered, so "Circle" and "circle" are one token; capitalised tokens ("Yes", "A") exist for output only.
Words that are not in the list become ``<unk>``. ``<answer>`` ends every prompt: what follows is the response.
A model that reads has more: what stands between double quotes is read letter by letter, numbers digit by digit, with
``_`` for a space, and it can spell. The first ids are the same, so it can go on from a model that does not read.
"""

from __future__ import annotations

import re
import unicodedata

from models.embedded.questions import NUMBERS, plural
from models.embedded.scenes import COLORS, COLUMNS, GRID, ROWS, SHAPES, Scene
from models.embedded.sheet import CHARACTERS, SPACE

PAD, IMAGE, END, UNKNOWN, ANSWER = "<pad>", "<image>", "<eos>", "<unk>", "<answer>"
SPECIALS = (PAD, IMAGE, END, UNKNOWN, ANSWER)
PATCH = 16
IMAGE_TOKENS = (GRID // PATCH) ** 2

# "##" glues a token to the one before it when a response is decoded, so JSON comes out without stray spaces.
JSON_OPEN, JSON_MIDDLE, JSON_NEXT, JSON_CLOSE = '[{"color": "', '##", "shape": "', '##"}, {"color": "', '##"}]'
OUTPUT_ONLY = ("Yes", "No", "A", "An", "There", JSON_OPEN, JSON_MIDDLE, JSON_NEXT, JSON_CLOSE)

_PROSE = """
? . , : a an the is are there in this image picture photo please answer yes or no of on left right above below
what which where how many color colour colors shape shapes object objects thing things it they to and at see you only
one describe tell me about everything list name all as json them with their short caption sentence sentences two exactly
can do show shown contains visible write give i separated by commas using detail format
"""
PROSE = tuple(_PROSE.split())
UNKNOWN_WORD = "zebra"  # any word that is not in the list

_READING = """
name written word title spell number numbers arithmetic equal equals total sum value perimeter area rectangle dice add
up prices dollars cakes sold centimetres degrees difference product times plus minus divided by result cm x letters
letter first says say text sign
"""
QUOTED = r'(?=[^"]*"[^"]*(?:"[^"]*"[^"]*)*$)'  # what is followed by an odd number of quotes stands between two of them
PIECES = rf"[\w']{QUOTED}|[0-9]"

CHAT_TEMPLATE = (
    "{% for message in messages %}{% if message['role'] == 'user' %}"
    "{% for part in message['content'] if part['type'] == 'image' %}<image>{% endfor %}"
    "{% for part in message['content'] if part['type'] == 'text' %}{{ part['text'] }}{% endfor %}"
    "{% else %}<answer>{% for part in message['content'] %}{{ part['text'] }}{% endfor %}{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}<answer>{% endif %}"
)


def tokens(reads: bool = False) -> list[str]:
    """Every token, in the order of its id; a model that reads has further ones at the end."""
    known = [*SPECIALS, *SHAPES, *map(plural, SHAPES), *COLORS, *NUMBERS, *ROWS, *COLUMNS]
    known += [f"##{word}" for word in (*SHAPES, *COLORS)]
    known += [*OUTPUT_ONLY, *PROSE]
    if reads:
        known += [*CHARACTERS, '"', *_READING.split()]
    return list(dict.fromkeys(known))


def build_processor(reads: bool = False):
    """A LlavaProcessor with the word-level tokenizer; images become 96 x 96 pixels and 36 image tokens."""
    from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers
    from transformers import LlavaProcessor, PreTrainedTokenizerFast, SiglipImageProcessorPil

    core = Tokenizer(models.WordLevel({token: index for index, token in enumerate(tokens(reads))}, unk_token=UNKNOWN))
    core.normalizer = normalizers.Lowercase()
    core.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Punctuation()])
    core.decoder = decoders.WordPiece(prefix="##", cleanup=True)
    if reads:
        spaces = normalizers.Replace(Regex(rf"\s{QUOTED}"), SPACE)
        accents = [normalizers.NFD(), normalizers.StripAccents()]
        core.normalizer = normalizers.Sequence([normalizers.Lowercase(), *accents, spaces])
        core.pre_tokenizer = pre_tokenizers.Sequence(
            [
                pre_tokenizers.Split(Regex(PIECES), "isolated"),
                pre_tokenizers.WhitespaceSplit(),
                pre_tokenizers.Punctuation(),
            ]
        )
        glued = decoders.Replace(Regex(r"(?<=\b\w) (?=\w\b)"), "")
        core.decoder = decoders.Sequence([core.decoder, decoders.Fuse(), glued, decoders.Replace(SPACE, " ")])
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=core,
        pad_token=PAD,
        eos_token=END,
        unk_token=UNKNOWN,
        padding_side="left",
        extra_special_tokens={"image_token": IMAGE, "answer_token": ANSWER},
        clean_up_tokenization_spaces=False,
    )
    return LlavaProcessor(
        SiglipImageProcessorPil(size={"height": GRID, "width": GRID}),
        tokenizer,
        patch_size=PATCH,
        vision_feature_select_strategy="default" if reads else "full",
        num_additional_image_tokens=int(reads),  # the class token of the reading tower, which "default" drops
        chat_template=CHAT_TEMPLATE,
    )


class Lookup:
    """Text to ids for training: prompts through lowering, responses with their capitals; unknown words raise."""

    def __init__(self, reads: bool = False) -> None:
        self.reads = reads
        self._ids = {token: index for index, token in enumerate(tokens(reads))}
        self._characters = {self._ids[character]: character for character in CHARACTERS if character in self._ids}
        self.end = self._ids[END]
        self.image = self._ids[IMAGE]
        self.unknown = self._ids[UNKNOWN]
        self.answer = self._ids[ANSWER]

    def prompt(self, text: str) -> list[int]:
        """Ids of a prompt as the tokenizer makes them (a test holds the two equal)."""
        if not self.reads:
            return [self._ids.get(token, self.unknown) for token in re.findall(r"\w+|[^\w\s]", text.lower())]
        spelled = "".join(c for c in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(c))
        spelled = re.sub(rf"\s{QUOTED}", SPACE, spelled)
        found = re.findall(rf"{PIECES}|(?:(?![0-9])\w)+|[^\w\s]", spelled)
        return [self._ids.get(token, self.unknown) for token in found]

    def spelled(self, text: str) -> list[int]:
        """Ids of a writing as it is read: one per character."""
        return [self._ids[character] for character in text]

    def character(self, token: int) -> str | None:
        """The character that a token of a writing stands for; None for any other token."""
        return self._characters.get(token)

    def response(self, text: str) -> list[int]:
        """Ids of a response; raises KeyError for a word that the model cannot say."""
        return [self._ids[token] for token in re.findall(r"\w+|[^\w\s]", text)]

    def json_response(self, scene: Scene) -> list[int]:
        """Ids of ``[{"color": "red", "shape": "circle"}, ...]``."""
        ids = []
        for position, item in enumerate(scene.objects):
            opening = JSON_OPEN if position == 0 else JSON_NEXT
            ids += [self._ids[token] for token in (opening, f"##{item.color}", JSON_MIDDLE, f"##{item.shape}")]
        return [*ids, self._ids[JSON_CLOSE]]
