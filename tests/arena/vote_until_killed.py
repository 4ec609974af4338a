"""Run by test_kill.py: casts votes one after another and prints each battle's id once its vote is acknowledged."""

import sys
from datetime import UTC, datetime
from pathlib import Path

from arena.battle import Battle, Contestant, complete, start_answering
from arena.store import Store
from arena.votes import Ballot, Judgment

store = Store(Path(sys.argv[1]))
now, voter = datetime.now(UTC), store.voter_hash("visitor")
for number in range(1_000_000):
    battle_id = f"{sys.argv[2]}-{number}"
    a, b = Contestant("alpha", "none", "main"), Contestant("beta", "none", "main")
    battle = Battle(battle_id, voter, "0" * 64, "What?", a, b, 1.0, 0.5, now)
    store.add_battle(complete(start_answering(battle, now), a, b, "one", "two", now))
    store.cast_vote(battle_id, voter, Ballot(Judgment.A, Judgment.BOTH_GOOD), now)
    print(battle_id, flush=True)
