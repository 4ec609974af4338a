"""The arena on the command line. `python -m arena --help` lists the commands."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence

from arena.bench_command import add_bench
from arena.errors import ArenaError
from arena.export_command import add_export
from arena.ratings_command import add_ratings
from arena.sweep_command import add_sweep

COMMANDS: tuple[Callable[[argparse._SubParsersAction], None], ...] = (
    add_ratings,
    add_export,
    add_sweep,
    add_bench,
)
"""Functions `add_NAME(commands)`, one for each command file, in the order of --help.

Each adds its parser and names the function that runs it with `set_defaults(run=...)`. That function gets the options
and returns the exit status; an ArenaError that it raises is said on stderr, and the status is 2.
"""

REFUSED, INTERRUPTED, BROKEN_PIPE = 2, 130, 141


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status. Whatever was refused is one line `error: ...` on stderr."""
    parser = argparse.ArgumentParser(
        prog="python -m arena",
        description=__doc__,
        epilog="exit status: 0 done; 2 the request was refused; 130 stopped with Ctrl+C",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for add in COMMANDS:
        add(commands)
    options = parser.parse_args(arguments)
    try:
        status = options.run(options)
        sys.stdout.flush()
        return status
    except ArenaError as error:
        print(f"error: {error}", file=sys.stderr)
        return REFUSED
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:  # the reader, as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # else Python complains once more at its end
        return BROKEN_PIPE


if __name__ == "__main__":
    sys.exit(main())
