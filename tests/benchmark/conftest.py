"""Small suites made on the spot for the tests of this room."""

from collections.abc import Callable
from pathlib import Path

import pytest
from small_suites import Rows, suite_rows, write_parquet


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test finds answers of another one, or leaves any."""
    monkeypatch.setenv("MME_ARENA_CACHE", str(tmp_path / "cached"))


@pytest.fixture
def parquet(tmp_path: Path) -> Path:
    """3 subtasks with 3 images each: 18 questions."""
    return write_parquet(tmp_path / "suite.parquet", suite_rows())


@pytest.fixture
def make_parquet(tmp_path: Path) -> Callable[[Rows], Path]:
    return lambda rows: write_parquet(tmp_path / "made.parquet", rows)
