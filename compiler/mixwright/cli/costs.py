"""`mixwright costs`: what every rule reads."""

from __future__ import annotations

import json
from pathlib import Path

import click

from mixwright.cli.lint import MixinOrPath
from mixwright.cli.parameters import RECORDING, output_format
from mixwright.cli.progress import progress_bar
from mixwright.driver.costs import rule_costs


@click.command("costs")
@click.argument("asked", metavar="[MIXIN|PATH]...", nargs=-1, type=MixinOrPath())
@click.option(
    "-r", "--recording", type=RECORDING, required=True, help="The metrics that the rules read."
)
@output_format("json", help="How to write the table.")
@click.pass_obj
def costs_command(root: Path, asked: tuple[str, ...], recording: Path, form: str) -> None:
    """Tell how many series and samples every rule reads at one evaluation, at the recording's end.

    Rules of mixins, or all; of rule files, PrometheusRules, or folders of these. The highest comes
    first.
    """
    with progress_bar() as progress:
        costs = rule_costs(root, recording, asked, progress)
    if form == "json":
        rows = [
            {"rule": one.subject, "samples": one.cost.samples, "series": one.cost.series}
            for one in costs
        ]
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    click.echo(f"{'samples':>11} {'series':>9}  rule")
    for one in costs:
        click.echo(f"{one.cost.samples:>11,} {one.cost.series:>9,}  {one.subject}")
