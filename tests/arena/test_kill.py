"""SIGKILLs at random moments while 200 votes arrive: whatever was acknowledged is there afterwards, and counted."""

import random
import subprocess
import sys
import threading
from pathlib import Path

from arena.battle import State
from arena.store import Store

SCRIPT = Path(__file__).with_name("vote_until_killed.py")
ROOT = Path(__file__).parents[2]
VOTES = 200
AT_A_VOTE = 4  # kills as soon as a random number of votes was acknowledged
AT_A_TIME = 4  # kills after a random time, wherever the process is then


def test_no_acknowledged_vote_is_lost(tmp_path):
    rng, database, acknowledged = random.Random(20), tmp_path / "arena.sqlite", []
    for run in range(AT_A_VOTE + AT_A_TIME):
        if run < AT_A_VOTE:
            acknowledged += voted_until_killed(database, run, after=rng.randint(1, VOTES // 2))
        else:
            acknowledged += voted_until_killed(database, run, seconds=rng.uniform(0, 1.5))
    store = Store(database)
    lost = [battle_id for battle_id in acknowledged if store.battle(battle_id).state is not State.VOTED]
    ballots = [store.ballot(battle_id) for battle_id in acknowledged]
    assert len(acknowledged) >= VOTES and lost == []
    assert all(ballot is not None and len(ballot.remarks.spans) == 2 for ballot in ballots)
    # at most one vote of each run was stored but not yet acknowledged when its process died
    assert len(acknowledged) <= store.vote_version() <= len(acknowledged) + AT_A_VOTE + AT_A_TIME
    assert store.count_differences() == []
    assert len(store.excluded("vote")) > 0
    with store.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
    store.close()


def voted_until_killed(database: Path, run: int, *, after: int = 0, seconds: float | None = None) -> list[str]:
    """Kills the voting process once `after` votes are acknowledged, or `seconds` after it began; returns the ids of all
    acknowledged votes."""
    command = [sys.executable, str(SCRIPT), str(database), str(run), "1000000"]
    process = subprocess.Popen(command, cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "ready\n"
    seen = []
    if seconds is None:
        seen = [process.stdout.readline().strip() for _ in range(after)]
        process.kill()
    else:
        threading.Timer(seconds, process.kill).start()
    rest = process.stdout.read().splitlines()
    process.wait()
    assert process.returncode == -9 and all(seen), "the voting process ended by itself"
    # an id that was printed is acknowledged, also if it was read only after the kill; a line cut short is not
    return seen + [line for line in rest if line.startswith(f"{run}-")]
