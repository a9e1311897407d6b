"""`mixwright compile`: definitions → `out/`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from mixwright.cli.parameters import MIXINS
from mixwright.driver.compile import compile_project


@click.command("compile")
@MIXINS
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Default: ROOT/out.")
@click.option("--check", is_flag=True, help="Write nothing; exit 1 when out/ is not current.")
@click.pass_obj
def compile_command(root: Path, mixins: tuple[str, ...], out: Path | None, check: bool) -> None:
    """Compile MIXINS, or all, into dashboards, rules and manifests."""
    results = compile_project(root, out or root / "out", mixins, check=check)
    for result in results:
        name = f"{result.folder} {result.version}".rstrip()
        if result.current:
            click.echo(f"{name}: {result.files} files, current")
            continue
        verb = "is not current" if check else "compiled"
        click.echo(f"{name}: {result.files} files, {verb}")
        for path in result.changed:
            click.echo(f"  {click.style('~', fg='yellow')} {path}")
        for path in result.removed:
            click.echo(f"  {click.style('-', fg='red')} {path}")
    reused = [result for result in results if result.reused]
    for result in reused:
        click.echo(
            f"`{result.folder}` {result.version} has been released with other content; "
            f"`mixwright release {result.folder}` gives this one a version of its own",
            err=True,
        )
    if check and reused:
        sys.exit(1)
    if check and not all(result.current for result in results):
        click.echo("run `mixwright compile` and commit the result", err=True)
        sys.exit(1)
