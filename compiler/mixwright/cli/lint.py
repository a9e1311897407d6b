"""`mixwright lint`: what cannot work, before it ships."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from click.shell_completion import CompletionItem

from mixwright.cli.parameters import MixinName
from mixwright.driver.lint import lint_project

_COLOURS = {
    "error": "red",
    "warning": "yellow",
    "info": "blue",
    "place": None,
    "code": "bright_black",
}


class MixinOrPath(MixinName):
    """The name of a mixin, or a file or folder; the shell completes both."""

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Return the mixins that start with what has been typed, and leave files to the shell."""
        files = CompletionItem(incomplete, type="file")
        return [*super().shell_complete(ctx, param, incomplete), files]


@click.command("lint")
@click.argument("asked", metavar="[MIXIN|PATH]...", nargs=-1, type=MixinOrPath())
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "github"]),
    default="text",
    show_default=True,
    help="How to write findings; `github` shows them beside the changed lines.",
)
@click.pass_obj
def lint_command(root: Path, asked: tuple[str, ...], form: str) -> None:
    """Check mixins, or all, for what cannot work; exit 1 on errors and warnings.

    A path is a rule file, a PrometheusRule, or a folder of these. `mixwright explain CODE` tells what
    a check looks for, why, and what to write instead. A definition silences one with
    `allow={"CODE": "reason"}`, a file with a comment: `# mixwright: allow CODE: reason`.
    """
    from mixwright.lint import render

    findings = lint_project(root, asked)
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
