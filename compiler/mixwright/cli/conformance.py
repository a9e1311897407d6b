"""`mixwright conformance`: upstream's PromQL test scripts, run by our engine."""

from __future__ import annotations

import sys
from pathlib import Path

import click

_SCRIPT = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("conformance")
@click.argument("files", nargs=-1, required=True, type=_SCRIPT)
@click.option(
    "--verbose", "-v", is_flag=True, help="Also list what is not supported, with the reason."
)
def conformance_command(files: tuple[Path, ...], verbose: bool) -> None:
    """Run PromQL test scripts (`load`, `eval instant at …`) and count how each `eval` ends.

    FILES are in the format of Prometheus' promql/promqltest. Exit 1 when any `eval` failed.
    """
    from mixwright.engine.conformance import Outcome, run_scripts

    counts = dict.fromkeys(Outcome, 0)
    for result in run_scripts(files):
        counts[result.outcome] += 1
        if result.outcome is Outcome.FAILED or (verbose and result.outcome is Outcome.UNSUPPORTED):
            click.echo(str(result))
    click.echo(
        f"{counts[Outcome.PASSED]} passed, {counts[Outcome.FAILED]} failed, "
        f"{counts[Outcome.UNSUPPORTED]} unsupported"
    )
    if counts[Outcome.FAILED]:
        sys.exit(1)
