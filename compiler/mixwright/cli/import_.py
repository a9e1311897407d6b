"""`mixwright import`: what others wrote, as definitions."""

from __future__ import annotations

from pathlib import Path

import click

from mixwright.cli.progress import progress_bar
from mixwright.driver.importing import import_files, write_modules


@click.command("import")
@click.argument(
    "paths",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, path_type=Path),
    metavar="PATH...",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write the modules into this project. Default: show them.",
)
@click.option("--name", default="", help="Name of the mixin. Default: that of the first PATH.")
def import_command(paths: tuple[Path, ...], out: Path | None, name: str) -> None:
    """Turn dashboards and rule files into definitions, one mixin of all of them.

    A PATH is a dashboard, a rule file, a PrometheusRule, or a folder of these, as JSON or YAML. What
    definitions have no words for stays JSON, with the reason; what they say otherwise is listed.
    """
    with progress_bar() as progress:
        imported = import_files(paths, name, progress)
    if out is None:
        for path, text in imported.modules.items():
            click.echo(click.style(f"# {path}", bold=True))
            click.echo(text)
    else:
        write_modules(imported, out)
        for path in imported.modules:
            click.echo(f"{out / path}")
    for what, losses in imported.losses:
        for loss in losses:
            click.echo(f"{what}: {loss}", err=True)
    typed = imported.panels - imported.raw
    click.echo(
        f"{imported.dashboards} dashboards ({typed} of {imported.panels} panels in words, "
        f"{imported.raw} as JSON), {imported.rules} rules",
        err=True,
    )
