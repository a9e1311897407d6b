"""`mixwright tune`: which setting of an alert tells of the most incidents for the fewest false pages."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from mixwright.cli.parameters import (
    ALERTMANAGER,
    DEADLINE,
    END,
    INCIDENTS,
    INTERVAL,
    RECORDING,
    RULES,
    START,
    Span,
    output_format,
)
from mixwright.cli.progress import progress_bar
from mixwright.driver.tune import tunable, tune
from mixwright.values import Duration


class _Rate(click.ParamType[float]):
    """False pages in a time, such as `0.5/week` or `1/30d`; a week's worth inside."""

    name = "rate"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Return pages a week."""
        if isinstance(value, float):
            return value
        count, _, time = str(value).partition("/")
        spans = {"hour": "1h", "day": "1d", "week": "1w", "": "1w"}
        span = Span().convert(spans.get(time, time), param, ctx)
        try:
            rate = float(count) * Duration.parse("1w").ms / span.ms
        except ValueError:
            rate = -1
        if not 0 <= rate < float("inf"):
            self.fail(f"`{value}` is not a rate; write `0.5/week`", param, ctx)
        return rate


@click.command("tune")
@click.argument("alert")
@RULES
@click.option("-r", "--recording", type=RECORDING, help="The metrics to try settings on.")
@click.option(
    "--param",
    "parameters",
    multiple=True,
    metavar="NAME=VALUES",
    help="Values to try: `threshold=0.5:0.9:41` (so many between), `window=1m:10m:30s` (a step), `hold=0s,2m`.",
)
@click.option(
    "--budget", type=_Rate(), help="How many false pages are bearable, such as `0.5/week`."
)
@click.option(
    "--incident",
    "about",
    multiple=True,
    metavar="NAME",
    help="An incident that the alert should tell of. Default: those that name it, or that any setting tells of.",
)
@INCIDENTS
@ALERTMANAGER
@DEADLINE
@START
@END
@INTERVAL
@output_format("json")
@click.option(
    "--report",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write the settings as a page with maps and curves here.",
)
@click.pass_obj
def tune_command(
    root: Path,
    alert: str,
    rules: tuple[str, ...],
    recording: Path | None,
    parameters: tuple[str, ...],
    budget: float | None,
    about: tuple[str, ...],
    incidents: Path | None,
    alertmanager: Path | None,
    deadline: Duration | None,
    start: int | None,
    end: int | None,
    interval: Duration,
    form: str,
    report: Path | None,
) -> None:
    """Try settings of ALERT, thousands at once, on a recording with its incidents.

    RULES are names of mixins and paths of rule files; without any, all mixins of the project.
    Without `--param`, list what can be set. Exit 1 when no setting keeps to the budget.
    """
    from mixwright.report import tuning

    if not parameters:
        tuning.terminal.parameters(tunable(root, alert, rules))
        return
    if recording is None:
        raise click.UsageError("give a `--recording` to try settings on")
    with progress_bar() as progress:
        tuned = tune(
            root,
            alert,
            recording,
            parameters,
            rules,
            budget=budget,
            about=about,
            incidents=incidents,
            alertmanager=alertmanager,
            deadline=deadline,
            start=start,
            end=end,
            interval=interval,
            progress=progress,
        )
    for note in tuned.notes:
        click.echo(f"note: {note}", err=True)
    if form == "json":
        click.echo(tuning.json.render(tuned), nl=False)
    else:
        tuning.terminal.render(tuned)
    if report is not None:
        click.echo(f"report: {tuning.html.write(tuned, report)}", err=form != "text")
    if tuned.chosen is None and tuned.sweep.incidents:
        sys.exit(1)
