"""`mixwright lint`: what cannot work, before it ships."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

import click
from click.shell_completion import CompletionItem

from mixwright.cli.parameters import RECORDING, MixinName, output_format
from mixwright.cli.progress import progress_bar
from mixwright.driver.fix import fix_files
from mixwright.driver.lint import lint_project
from mixwright.driver.since import new_since

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
@output_format(
    "github",
    "json",
    "junit",
    "sarif",
    help="How to write findings; `github` shows them beside the changed lines.",
)
@click.option(
    "--since",
    metavar="REV",
    help="Tell only what the tree of this git revision, linted as well, did not have.",
)
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning", "info"]),
    default="warning",
    show_default=True,
    help="Exit 1 when there is one of these or worse.",
)
@click.option(
    "--profile",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="What the mixins are for, as TOML. Default: [tool.mixwright.profile] in pyproject.toml.",
)
@click.option(
    "-r",
    "--recording",
    type=RECORDING,
    help="Ask recorded metrics too: what matches, what fails, what is never there.",
)
@click.option("--fix", is_flag=True, help="Mend files where that is certain, and say what.")
@click.pass_obj
def lint_command(
    root: Path,
    asked: tuple[str, ...],
    form: str,
    since: str | None,
    fail_on: str,
    profile: Path | None,
    recording: Path | None,
    fix: bool,
) -> None:
    """Check mixins, or all, for what cannot work; exit 1 on errors and warnings.

    A path is a rule file, a PrometheusRule, a dashboard, or a folder of these. `mixwright explain CODE` tells what
    a check looks for, why, and what to write instead. A definition silences one with
    `allow={"CODE": "reason"}`, a file with a comment: `# mixwright: allow CODE: reason`.
    """
    from mixwright.lint import SEVERITIES, formats
    from mixwright.lint.formats import text

    with progress_bar() as progress:
        find = partial(lint_project, profile=profile, recording=recording, progress=progress)
        findings = find(root, asked) if since is None else new_since(since, root, asked, find)
    if fix:
        mended = fix_files(findings)
        findings = tuple(finding for finding in findings if finding not in mended)
        for finding in findings:
            if finding.fix is not None:
                click.echo(f"{finding.origin}: write {finding.fix}", err=form != "text")
        for finding in mended:
            click.echo(f"{finding.origin}: mended {finding.fix}", err=form != "text")
    if form == "text":
        click.echo(text.render(findings, paint=_paint), nl=False)
        click.echo(text.summary(findings))
    else:
        click.echo(formats.named(form).render(findings), nl=False)
    failing = SEVERITIES[: SEVERITIES.index(fail_on) + 1]
    if any(finding.severity in failing for finding in findings):
        sys.exit(1)


def _paint(style: str, text: str) -> str:
    return click.style(text, fg=_COLOURS[style], bold=style == "place")
