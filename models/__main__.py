"""`python -m models list | plan | bench | cache`: what can be asked here, whether it fits, how fast it is."""

import argparse
import os
import sys
from collections.abc import Sequence

from models import bench, listing, plan, quantized
from models.errors import ModelError

COMMANDS = (listing, plan, bench, quantized)
"""Modules with `add_command(commands)`, which names the function that runs it with `set_defaults(run=...)`."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code: 0 when done, 2 for a mistake in what was asked."""
    parser = argparse.ArgumentParser(prog="python -m models", description="The models of MME Arena.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for module in COMMANDS:
        module.add_command(commands)
    options = parser.parse_args(arguments)
    try:
        status = options.run(options)
        sys.stdout.flush()
        return status
    except ModelError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:  # the reader, as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # else Python complains once more at its end
        return 141


if __name__ == "__main__":
    sys.exit(main())
