"""The folder of battle pictures: each file is named by the SHA-256 of its content and never changes."""

import errno
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from arena.errors import StorageFullError, StoreError
from arena.guard import CleanPicture


@dataclass(frozen=True)
class PictureFolder:
    path: Path

    def save(self, picture: CleanPicture) -> Path:
        """Writes the picture unless it is there: temporary file, fsync, rename, fsync of the folder.

        Raises StorageFullError if the disk is full, StoreError if it cannot be written for another reason.
        """
        target = self.path / f"{picture.sha256}.{picture.extension}"
        if target.exists():
            return target
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            _write_durably(target, picture.data)
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise StorageFullError("The picture") from error
            raise StoreError(
                f"The picture could not be saved: {error.strerror}. Tell the owner of this site."
            ) from error
        return target

    def find(self, sha256: str) -> Path:
        """The file of a stored picture; raises StoreError if it is gone."""
        for extension in ("png", "jpg"):
            path = self.path / f"{sha256}.{extension}"
            if path.exists():
                return path
        raise StoreError("The picture of this battle is no longer on the server. Start a new battle.")


def _write_durably(target: Path, data: bytes) -> None:
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=".writing-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
