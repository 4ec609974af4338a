"""Shared by all tests: where the official MME material lies, which is not part of this project."""

from pathlib import Path

import pytest

MME = Path(__file__).parents[2] / "shared" / "mme"


@pytest.fixture(scope="session")
def mme_dir() -> Path:
    """The official questions, a recorded run and the parser table; skips where they are not laid beside the project."""
    if not MME.is_dir():
        pytest.skip(f"needs the official MME texts in {MME}: they are for research use and not part of the project")
    return MME
