"""The data folder on the command line, for every command that reads what is stored."""

import argparse
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from arena.errors import StoreError
from arena.store import Store

DATABASE = "arena.sqlite"


def add_data_option(command: argparse.ArgumentParser) -> None:
    """`--data DIR`, by default MME_ARENA_DATA and else ./data."""
    command.add_argument(
        "--data",
        type=Path,
        default=Path(os.environ.get("MME_ARENA_DATA", "data")),
        metavar="DIR",
        help="data folder (default: MME_ARENA_DATA, else ./data)",
    )


@contextmanager
def stored(data: Path) -> Iterator[Store | None]:
    """The store of a data folder, closed at the end; None where there is no database yet: nothing is created.

    Raises StoreError if `data` is no folder or its database cannot be read.
    """
    if data.exists() and not data.is_dir():
        raise StoreError(f"{data} is a file; --data takes the folder that holds {DATABASE}.")
    if not (data / DATABASE).exists():
        yield None
        return
    store = Store(data / DATABASE)
    try:
        yield store
    finally:
        store.close()
