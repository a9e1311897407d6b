"""`mixwright drift`: what lives in a Grafana and not in code."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from mixwright.cli.parameters import output_format
from mixwright.cli.progress import progress_bar
from mixwright.driver.drift import find_drift

TOKEN = "GRAFANA_TOKEN"


@click.command("drift")
@click.option("--grafana", "url", required=True, metavar="URL", help="The server's address.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="What was compiled. Default: out/ in the project.",
)
@output_format("json", "markdown", help="How to write findings; `markdown` is a list to tick off.")
@click.option(
    "--save",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write what is to be adopted here, for `mixwright import`.",
)
@click.pass_obj
def drift_command(root: Path, url: str, out: Path | None, form: str, save: Path | None) -> None:
    """Compare a Grafana's dashboards with what the definitions became; exit 1 when they differ.

    Tells what was edited in the browser, what no definition makes, what asks the same as another, and
    what nobody links to or looks at; and for each whether to adopt it with `mixwright import` or to
    delete it. Reads only; the token, one of a viewer, is taken from the variable GRAFANA_TOKEN.
    """
    with progress_bar() as progress:
        token = os.environ.get(TOKEN, "")
        drift = find_drift(out or root / "out", url, token, save=save, progress=progress)
    from mixwright.drift import markdown, text, to_json

    match form:
        case "json":
            click.echo(to_json(drift))
        case "markdown":
            click.echo(markdown(drift), nl=False)
        case _:
            click.echo(text(drift), nl=False)
    if drift.findings:
        sys.exit(1)
