"""Twenty runs of one folder, each killed at another moment; prints for each what was told and what the disk holds.

One process imports everything and forks the runs: twenty imports would take a minute.
"""

import json
import os
import signal
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from test_replay import settings_of
from test_replay_batches import TWO, Asker

from benchmark.data import open_suite
from benchmark.replay import replay
from benchmark.results import RunFolder

KILLS = 20


def run_once(told: int | None) -> None:
    """Go on with the run, telling each stored answer through `told`; None: at full speed to the end."""
    suite = open_suite(sys.argv[1])
    run = RunFolder.open_or_create(Path(sys.argv[2]), settings_of(suite), datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))
    for _step in replay(suite, Asker(), run, pace=TWO):
        if told is not None:
            os.write(told, b".")
            time.sleep(0.01)  # so that the kill finds it at work


known = 0
for kill in range(KILLS):
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        run_once(writer)
        os._exit(0)
    os.close(writer)
    for _ in range(kill % 3):
        known += len(os.read(reader, 1))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    while more := os.read(reader, 100):  # told before it died
        known += len(more)
    os.close(reader)
    folder = Path(sys.argv[2])
    held = len(RunFolder.open(folder).responses()) if (folder / "run.json").exists() else 0
    print(json.dumps({"told": known, "held": held}))
    known = held
run_once(None)
