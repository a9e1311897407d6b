"""`mixwright lint`: what cannot work, before it ships."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from mixwright.cli.parameters import MIXINS
from mixwright.driver.lint import lint_project

_COLOURS = {
    "error": "red",
    "warning": "yellow",
    "info": "blue",
    "place": None,
    "code": "bright_black",
}


@click.command("lint")
@MIXINS
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "github"]),
    default="text",
    show_default=True,
    help="How to write findings; `github` shows them beside the changed lines.",
)
@click.pass_obj
def lint_command(root: Path, mixins: tuple[str, ...], form: str) -> None:
    """Check MIXINS, or all, for what cannot work; exit 1 on errors and warnings.

    `mixwright explain CODE` tells what a check looks for, why, and what to write instead. A
    definition silences one with `allow={"CODE": "reason"}`.
    """
    from mixwright.lint import render

    findings = lint_project(root, mixins)
    match form:
        case "json":
            click.echo(render.to_json(findings))
        case "github":
            click.echo(render.github(findings), nl=False)
        case _:
            click.echo(render.text(findings, paint=_paint), nl=False)
            click.echo(render.summary(findings))
    if any(finding.severity != "info" for finding in findings):
        sys.exit(1)


def _paint(style: str, text: str) -> str:
    return click.style(text, fg=_COLOURS[style], bold=style == "place")
