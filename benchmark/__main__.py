"""The benchmark on the command line. `python -m benchmark --help` lists the commands."""

import argparse
import os
import sys
from collections.abc import Sequence

from benchmark import (
    audit_command,
    bench_command,
    boards_command,
    compare_command,
    export_command,
    import_command,
    levels_command,
    quantization_command,
    report_command,
    run_command,
    score_command,
    techniques_command,
)
from benchmark.errors import BenchmarkError
from models.errors import ModelError

COMMANDS = (
    run_command,
    score_command,
    export_command,
    import_command,
    report_command,
    boards_command,
    compare_command,
    levels_command,
    quantization_command,
    techniques_command,
    audit_command,
    bench_command,
)
"""Modules with `add_command(commands)`, which names the function that runs it with `set_defaults(run=...)`.

That function gets the options, and in `arguments` the words of the command line, and returns the exit status."""

REFUSED, BROKEN_PIPE = 2, 141
_EXIT_STATUS = (
    "exit status: 0 done; 2 the request was refused; 3 a run broke off and can be resumed; 130 stopped with Ctrl+C"
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status. Whatever was refused is one line `error: ...` on stderr."""
    parser = argparse.ArgumentParser(prog="python -m benchmark", description=__doc__, epilog=_EXIT_STATUS)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for module in COMMANDS:
        module.add_command(commands)
    options = parser.parse_args(arguments)
    options.arguments = list(sys.argv[1:] if arguments is None else arguments)
    try:
        status = options.run(options)
        sys.stdout.flush()
        return status
    except (BenchmarkError, ModelError) as error:
        print(f"error: {error}", file=sys.stderr)
        return REFUSED
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return run_command.INTERRUPTED
    except BrokenPipeError:  # the reader, as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # else Python complains once more at its end
        return BROKEN_PIPE


if __name__ == "__main__":
    sys.exit(main())
