"""Which picture may be written into an export, and its bytes."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from arena.battle import Battle, Source
from arena.errors import StoreError
from arena.export.errors import ExportError
from arena.pictures import PictureFolder
from arena.records import Record


class PictureState(StrEnum):
    """What became of a battle's picture in an export."""

    PUBLISHED = "published"
    NOT_PUBLISHED = "not_published"
    GONE = "gone"  # deleted from the data folder, or its bytes are no longer those that were shown


@dataclass(frozen=True)
class Picture:
    """`image` is `{"bytes": ..., "path": "<sha256>.<extension>"}`, and None unless the picture is published."""

    state: PictureState
    image: dict[str, object] | None = None


class PublicPictures:
    """The pictures that may be published, read one at a time.

    A person's "do not publish my picture" holds for every row that shows an uploaded picture with the same bytes, also
    where another battle with it was allowed. A picture of the arena's own suite is public anyway: there the choice
    holds for that person's rows.
    """

    def __init__(self, folder: PictureFolder, refused: frozenset[str]) -> None:
        """refused: the SHA-256 of uploaded pictures that are never written, see `refused_pictures`."""
        self._folder = folder
        self._refused = refused

    def of(self, battle: Battle) -> Picture:
        """Raises ExportError where a picture is there and cannot be read."""
        if not battle.publish or (battle.source is Source.OWN and battle.picture_sha256 in self._refused):
            return Picture(PictureState.NOT_PUBLISHED)
        try:
            path = self._folder.find(battle.picture_sha256)
            data = path.read_bytes()
        except (StoreError, FileNotFoundError):
            return Picture(PictureState.GONE)
        except OSError as error:
            raise ExportError(
                f"The picture {battle.picture_sha256} cannot be read: {error.strerror}. Nothing was exported; make the"
                " picture folder readable and export again."
            ) from error
        if hashlib.sha256(data).hexdigest() != battle.picture_sha256:
            return Picture(PictureState.GONE)
        return Picture(PictureState.PUBLISHED, {"bytes": data, "path": path.name})


def refused_pictures(records: Iterable[Record]) -> frozenset[str]:
    """The SHA-256 of every uploaded picture that somebody did not want published."""
    return frozenset(
        record.battle.picture_sha256
        for record in records
        if record.battle.source is Source.OWN and not record.battle.publish
    )
