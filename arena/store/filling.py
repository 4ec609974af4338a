"""What a migration derives from the votes of an older file."""

from sqlalchemy import Connection, text

from arena.language import language_of
from arena.store import recount
from arena.style import format_bin, length_bin


def fill_from_votes(connection: Connection) -> None:
    """Languages of instructions, styles of answers, and all counts, for the battles of schema version 1."""
    instructions = connection.execute(text("SELECT id, instruction FROM battles")).all()
    if instructions:
        connection.execute(
            text("UPDATE battles SET language = :language WHERE id = :id"),
            [{"id": row.id, "language": language_of(row.instruction)} for row in instructions],
        )
    answers = connection.execute(
        text("SELECT votes.id, response_a, response_b FROM votes JOIN battles ON battles.id = votes.battle_id")
    ).all()
    if answers:
        connection.execute(
            text("UPDATE votes SET length = :length, format = :format WHERE id = :id"),
            [
                {"id": row.id, "length": length_bin(*pair), "format": format_bin(*pair)}
                for row in answers
                for pair in [(row.response_a or "", row.response_b or "")]
            ],
        )
    recount.fill(connection)
