"""`mixwright pack`: a mixin as a distribution."""

from __future__ import annotations

from pathlib import Path

import click

from mixwright.cli.parameters import MixinName
from mixwright.driver.pack import pack


@click.command("pack")
@click.argument("mixin", type=MixinName())
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("dist"),
    show_default=True,
    help="The folder to write into.",
)
@click.pass_obj
def pack_command(root: Path, mixin: str, out: Path) -> None:
    """Pack MIXIN as a wheel of its definitions and an archive of what they compile to.

    Whoever installs the wheel can name the mixin as a standard one. The archive has dashboards, rule files,
    Kubernetes resources with a kustomization, runbooks, and `mixin.libsonnet`, for those without Python. Both
    say what they were made of, and are the same bytes for the same definitions.
    """
    for path in pack(root, mixin, out):
        click.echo(f"  {click.style('+', fg='green')} {path}")
