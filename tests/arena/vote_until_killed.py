"""Run by test_kill.py: casts votes one after another and prints each battle's id once its vote is acknowledged.

Arguments: the database, a name for the run, the number of votes after which it ends by itself.
"""

import sys
from datetime import UTC, datetime
from pathlib import Path

from arena.battle import Battle, Contestant, complete, start_answering
from arena.store import Store
from arena.votes import Ballot, Judgment, Remarks, Span, SpanKind

store = Store(Path(sys.argv[1]))
now, voter = datetime.now(UTC), store.voter_hash("visitor")
remarks = Remarks((Span("a", 0, 3, SpanKind.OBJECT), Span("b", 0, 1, SpanKind.TEXT)), "because")
print("ready", flush=True)
for number in range(int(sys.argv[3])):
    battle_id = f"{sys.argv[2]}-{number}"
    a, b = Contestant("alpha", "none", "main"), Contestant("beta", "none", "main")
    battle = Battle(battle_id, voter, "0" * 64, "What?", a, b, 1.0, 0.5, now)
    store.add_battle(complete(start_answering(battle, now), a, b, "one", "two", now))
    store.cast_vote(battle_id, voter, Ballot(Judgment.A, Judgment.BOTH_GOOD, remarks), now)
    print(battle_id, flush=True)
    if number % 7 == 6:  # an exclusion and its end, which write the counts as well
        store.decide("exclude", "vote", store.vote_version(), "a test", "", "test", now)
        if number % 2:
            store.decide("include", "vote", store.vote_version(), "a test", "", "test", now)
