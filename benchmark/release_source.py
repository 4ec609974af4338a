"""Suites in the folders of the official MME release."""

from collections.abc import Iterator
from pathlib import Path

from benchmark.errors import SuiteError
from benchmark.rows import Row
from benchmark.subtasks import SUBTASK_NAMES

_PICTURE_ENDINGS = (".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif")


class ReleaseSource:
    """The folder of the official release: one folder per subtask.

    Both of its layouts are read: pictures and texts side by side, or in `images/` and `questions_answers_YN/`. Each
    picture's text file has two lines, question and answer separated by a tab.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._sizes: list[int] = []

    def sizes(self) -> tuple[int, ...]:
        return tuple(self._sizes)

    def rows(self) -> Iterator[Row]:
        self._sizes = []
        for name in sorted(path.name for path in self.folder.iterdir() if path.is_dir()):
            if name in SUBTASK_NAMES:
                yield from self._subtask(name)
            elif _has_pictures(self.folder / name):
                raise SuiteError(
                    f"{self.folder / name} holds pictures but is no subtask; allowed: {', '.join(SUBTASK_NAMES)}"
                )

    def _subtask(self, name: str) -> Iterator[Row]:
        folder = self.folder / name
        split = (folder / "questions_answers_YN").is_dir()
        texts = {p.stem: p for p in sorted((folder / "questions_answers_YN" if split else folder).glob("*.txt"))}
        pictures: dict[str, Path] = {}
        for path in sorted((folder / "images" if split else folder).glob("*")):
            if path.suffix.lower() not in _PICTURE_ENDINGS:
                continue
            if path.stem in pictures:
                raise SuiteError(f"{folder}: two pictures share the name {path.stem!r} ({path.name} and another)")
            pictures[path.stem] = path
        if not texts and not pictures:
            raise SuiteError(f"{folder} holds neither pictures nor questions; copy the folder again")
        for stem in sorted(texts.keys() | pictures.keys()):
            if stem not in pictures:
                raise SuiteError(f"{texts[stem]} has no picture of the same name beside it")
            if stem not in texts:
                raise SuiteError(f"{pictures[stem]} has no file {stem}.txt with its two questions")
            self._sizes.append(pictures[stem].stat().st_size)
            yield from _release_rows(name, texts[stem], pictures[stem])

    def picture(self, location: Path) -> bytes:
        try:
            return location.read_bytes()
        except OSError as error:
            raise SuiteError(f"the picture {location} cannot be read: {error.strerror or error}") from None


def _release_rows(subtask: str, text: Path, picture: Path) -> Iterator[Row]:
    try:
        lines = [line for line in text.read_text(encoding="utf-8-sig").split("\n") if line.strip()]
    except (OSError, UnicodeDecodeError) as error:
        raise SuiteError(f"{text} cannot be read as UTF-8 text ({error})") from None
    if len(lines) != 2:
        raise SuiteError(f"{text} has {len(lines)} question(s); every picture has exactly two, one a line")
    for number, line in enumerate(lines, start=1):
        columns = line.split("\t")
        if len(columns) != 2:
            raise SuiteError(f"{text}, line {number}: expected question and answer separated by one tab, got {line!r}")
        yield Row(subtask, picture.name, columns[0], columns[1], f"{text}, line {number}", picture)


def _has_pictures(folder: Path) -> bool:
    places = (folder, folder / "images")
    return any(p.suffix.lower() in _PICTURE_ENDINGS for place in places if place.is_dir() for p in place.iterdir())
