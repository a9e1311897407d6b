"""`mixwright recording`: recordings looked into, cut, merged and anonymised."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mixwright.cli.parameters import END, SALVAGE, SELECT, START, output_format
from mixwright.driver import recording as driver

if TYPE_CHECKING:
    from mixwright.recordings import RecordingInfo

KEY_VARIABLE = "MIXWRIGHT_ANONYMISE_KEY"
FILES = click.Path(exists=True, path_type=Path)
OUT = click.argument("out", type=click.Path(file_okay=False, path_type=Path))
SOURCE = click.argument("source", type=FILES)


@click.group("recording")
def recording_command() -> None:
    """Look into a recording, cut it, merge several, or make it fit to be given away."""


@recording_command.command("info")
@SOURCE
@output_format("json")
@SALVAGE
def info(source: Path, form: str, salvage: bool) -> None:
    """Read all of SOURCE and say what is in it: time, targets, metrics, gaps, and whether it is sound.

    Exit status 1 when something was lost to damage.
    """
    from mixwright.report import recording as report

    found = driver.describe(source, salvage=salvage)
    if form == "json":
        click.echo(report.to_json(found))
    else:
        report.render(found)
    raise SystemExit(1 if found.damage.losses else 0)


@recording_command.command("cut")
@SOURCE
@OUT
@SELECT
@START
@END
def cut(
    source: Path, out: Path, selectors: tuple[str, ...], start: int | None, end: int | None
) -> None:
    """Write a part of SOURCE, some series or some time, as a recording at OUT."""
    _say(out, driver.cut(source, out, selectors=selectors, start=start, end=end))


@recording_command.command("merge")
@click.argument("sources", nargs=-1, required=True, type=FILES)
@OUT
def merge(sources: tuple[Path, ...], out: Path) -> None:
    """Write all samples of SOURCES as one recording at OUT.

    They may overlap: of two samples of one series and time, the one of the later source counts.
    """
    _say(out, driver.merge(sources, out))


@recording_command.command("anonymise")
@SOURCE
@OUT
@click.option(
    "--key-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=f"What the pseudonyms are made with. Default: the environment's {KEY_VARIABLE}.",
)
@click.option("--keep", multiple=True, metavar="LABEL", help="Leave the values of this label, too.")
@click.option("--hide", multiple=True, metavar="LABEL", help="Replace the values of this label.")
def anonymise(
    source: Path, out: Path, key_file: Path | None, keep: tuple[str, ...], hide: tuple[str, ...]
) -> None:
    """Write SOURCE with pseudonyms for label values as a recording at OUT, which may leave the company.

    Labels that say what kind of thing something is stay: `le`, `job`, `code`, `mode` and the like.
    With one key, a value has one pseudonym in every recording.
    """
    _say(out, driver.anonymise(source, out, _key(key_file), keep=keep, hide=hide))


def _key(file: Path | None) -> bytes:
    if file is not None:
        return file.read_bytes().strip()
    if KEY_VARIABLE not in os.environ:
        raise click.UsageError(
            f"a key is needed: give `--key-file`, or set {KEY_VARIABLE}; `openssl rand -hex 32` makes one"
        )
    return os.environ[KEY_VARIABLE].encode()


def _say(out: Path, info: RecordingInfo) -> None:
    for note in info.notes:
        click.echo(f"note: {note}", err=True)
    click.echo(f"{out}: {info.series} series, {info.samples} samples")
