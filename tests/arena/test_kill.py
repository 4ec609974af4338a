"""Twenty SIGKILLs while votes arrive: whatever was acknowledged is there afterwards."""

import random
import subprocess
import sys
from pathlib import Path

from arena.battle import State
from arena.store import Store

SCRIPT = Path(__file__).with_name("vote_until_killed.py")
ROOT = Path(__file__).parents[2]
KILLS = 20


def test_every_acknowledged_vote_survives_twenty_kills(tmp_path):
    rng, database, acknowledged = random.Random(20), tmp_path / "arena.sqlite", []
    for run in range(KILLS):
        acknowledged += votes_until_killed(database, run, rng.randint(1, 60))
    store = Store(database)
    lost = [battle_id for battle_id in acknowledged if store.battle(battle_id).state is not State.VOTED]
    unstored = [battle_id for battle_id in acknowledged if store.ballot(battle_id) is None]
    assert len(acknowledged) >= KILLS and lost == unstored == []
    # at most one vote of each run was stored but not yet acknowledged when its process died
    assert len(acknowledged) <= store.vote_version() <= len(acknowledged) + KILLS
    with store.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
    store.close()


def votes_until_killed(database: Path, run: int, after: int) -> list[str]:
    """Kills the voting process as soon as `after` votes are acknowledged, wherever it is then; returns all of them."""
    command = [sys.executable, str(SCRIPT), str(database), str(run)]
    process = subprocess.Popen(command, cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, text=True)
    seen = [process.stdout.readline().strip() for _ in range(after)]
    process.kill()
    rest = process.stdout.read().splitlines()
    process.wait()
    assert process.returncode == -9 and all(seen), "the voting process ended by itself"
    # an id that was printed is acknowledged, also if it was read only after the kill; a line cut short is not
    return seen + [line for line in rest if line.startswith(f"{run}-")]
