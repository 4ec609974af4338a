import errno
import os

import pytest

from arena.errors import StorageFullError, StoreError
from arena.guard import clean_picture
from arena.pictures import PictureFolder


def test_saves_once_under_the_name_of_its_content(tmp_path, picture):
    folder, clean = PictureFolder(tmp_path / "pictures"), clean_picture(picture)
    path = folder.save(clean)
    written = path.stat().st_mtime_ns
    assert path.name == f"{clean.sha256}.png" and path.read_bytes() == clean.data
    assert folder.save(clean) == path == folder.find(clean.sha256)
    assert path.stat().st_mtime_ns == written and list(folder.path.iterdir()) == [path]


def test_a_full_disk_leaves_nothing_behind(tmp_path, picture, monkeypatch):
    folder, clean = PictureFolder(tmp_path), clean_picture(picture)

    def full(handle):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageFullError, match="The picture could not be saved because the server's disk is full"):
        folder.save(clean)
    assert list(tmp_path.iterdir()) == []
    monkeypatch.undo()
    assert folder.save(clean).exists()


def test_a_folder_that_cannot_be_made_is_said(tmp_path, picture):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError, match="could not be saved"):
        PictureFolder(tmp_path / "file" / "pictures").save(clean_picture(picture))


def test_a_lost_picture_is_said(tmp_path):
    with pytest.raises(StoreError, match="no longer on the server"):
        PictureFolder(tmp_path).find("0" * 64)
