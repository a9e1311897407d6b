"""`mixwright catalogue`: what metrics there are, for the checks that ask."""

from __future__ import annotations

from pathlib import Path

import click

from mixwright.cli.parameters import RECORDING
from mixwright.driver.catalogue import catalogue_of


@click.command("catalogue")
@click.argument("sources", nargs=-1, required=True, type=RECORDING)
@click.option(
    "-o",
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="The file to write; it is updated when it is there.",
)
@click.option("--name", help="What the metrics are of. Default: the file's name.")
@click.option(
    "--closed",
    multiple=True,
    metavar="PREFIX",
    help="All metrics that begin with this are in SOURCES: others are misspelt. May be repeated.",
)
def catalogue_command(
    sources: tuple[Path, ...], out: Path, name: str | None, closed: tuple[str, ...]
) -> None:
    """Make a catalogue of the metrics in SOURCES: scrapes of `/metrics`, or recordings.

    `mixwright lint` reads it when `[tool.mixwright.profile]` in pyproject.toml names it:
    `catalogues = ["metrics.json"]`.
    """
    update = out if out.exists() else None
    text = catalogue_of(sources, name=name or out.stem, closed=closed, update=update)
    out.write_text(text, "utf-8")
    count = text.count('"type": ')
    click.echo(f"{out}: {count} metrics")
