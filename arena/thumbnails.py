"""Small pictures of judged battles, as data URLs, for those that strangers may see."""

import base64
import functools
import io

from PIL import Image

from arena.battle import Battle
from arena.errors import StoreError
from arena.pictures import PictureFolder
from arena.store import Store

SIDE_PIXELS = 240
KEPT = 256


class Thumbnails:
    """May be called from any thread. A picture may be shown if nobody has asked that it not be (see
    `Store.may_be_published`); that is asked anew each time, the small picture is kept."""

    def __init__(self, store: Store, folder: PictureFolder) -> None:
        self._store = store
        self._small = functools.lru_cache(KEPT)(functools.partial(_data_url, folder))

    def public(self, battle: Battle) -> str | None:
        """A data URL, None where the picture may not be shown or is gone."""
        return self._small(battle.picture_sha256) if self._store.may_be_published(battle) else None

    def own(self, battle: Battle) -> str | None:
        """As `public`, for the person whose battle it is."""
        return self._small(battle.picture_sha256)


def _data_url(folder: PictureFolder, sha256: str) -> str | None:
    try:
        with Image.open(folder.find(sha256)) as file:
            small = file.convert("RGB")
    except (StoreError, OSError):  # deleted or damaged: the battle is shown without its picture
        return None
    small.thumbnail((SIDE_PIXELS, SIDE_PIXELS))
    data = io.BytesIO()
    small.save(data, "JPEG", quality=82)
    return f"data:image/jpeg;base64,{base64.b64encode(data.getvalue()).decode('ascii')}"
