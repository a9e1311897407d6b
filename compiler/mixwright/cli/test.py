"""`mixwright test`: promtool's rule tests, run here."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable
from pathlib import Path

import click

from mixwright.cli.parameters import output_format
from mixwright.cli.progress import progress_bar
from mixwright.driver.ruletests import Tested, run_tests
from mixwright.errors import MixwrightError

_STYLES = {
    "pass": {"fg": "green"},
    "fail": {"fg": "red", "bold": True},
    "place": {"bold": True},
    "-": {"fg": "red"},
    "+": {"fg": "green"},
}


@click.command("test")
@click.argument(
    "files",
    metavar="FILE...",
    nargs=-1,
    required=True,
    type=click.Path(path_type=Path),
)
@click.option(
    "--run", metavar="REGEX", multiple=True, help="Run only tests whose names match; repeatable."
)
@click.option("--coverage", is_flag=True, help="Say what of the rules no test exercised, in words.")
@click.option(
    "--mutate",
    is_flag=True,
    help="Change rules in one place at a time, and list what no test finds.",
)
@click.option(
    "--fail-under",
    metavar="PERCENT",
    type=click.FloatRange(0, 100),
    help="Exit 1 when less than this is covered, or fewer mutants are found.",
)
@output_format("json")
@click.option(
    "--junit",
    metavar="FILE",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Write JUnit XML here too.",
)
@click.option("--watch", is_flag=True, help="Run again whenever a file has changed.")
@click.option(
    "--promtool-compat",
    is_flag=True,
    help="Let pass what cannot fail: rule files that are not there, alerts that no file has.",
)
@click.option(
    "--ignore-unknown-fields",
    is_flag=True,
    help="Let rule files have fields that Prometheus does not know.",
)
def test_command(
    files: tuple[Path, ...],
    run: tuple[str, ...],
    coverage: bool,
    mutate: bool,
    fail_under: float | None,
    form: str,
    junit: Path | None,
    watch: bool,
    promtool_compat: bool,
    ignore_unknown_fields: bool,
) -> None:
    """Run rule tests in promtool's format; exit 1 when one fails, 2 when a file cannot be read.

    Rule files may be plain ones or PrometheusRule resources, several documents in a file. What
    promtool cannot say goes under `mixwright:`: in a test file `mixins`, `group_intervals`,
    `match: partial`, `tolerance` and `nan_equal`, which a case may say too; in a test
    `recording`, for input; in a case about alerts `state: pending` and `until`. Mutants that
    no test need find are `equivalent` to their rules: `{rule, change, reason}`, in the file.
    """
    if fail_under is not None and not (coverage or mutate):
        raise click.UsageError("`--fail-under` is about `--coverage` and `--mutate`; ask for one")

    def once() -> int:
        with progress_bar() as progress:
            tested = run_tests(
                files,
                run=run,
                promtool_compat=promtool_compat,
                ignore_unknown_fields=ignore_unknown_fields,
                coverage=coverage,
                mutation=mutate,
                progress=progress,
            )
        _show(tested, form)
        if junit is not None:
            from mixwright.ruletest import render

            junit.write_text(render.junit(tested.results), "utf-8")
        low = fail_under is not None and any(share < fail_under for share in tested.percents)
        return max(tested.exit_status, int(low))

    sys.exit(_again_and_again(files, once) if watch else once())


def _again_and_again(files: tuple[Path, ...], once: Callable[[], int]) -> int:
    """Run whenever a file has changed, until somebody interrupts; return the status of the last run."""
    from mixwright.ruletest.polling import changes

    status = 0
    with contextlib.suppress(KeyboardInterrupt):
        for count in changes(files):
            click.clear()
            try:
                status = once()
            except MixwrightError as error:
                click.echo(f"error: {error}", err=True)
                status = 2
            click.echo(f"watching {count} files; Ctrl-C ends this", err=True)
    return status


def _show(tested: Tested, form: str) -> None:
    from mixwright import coverage
    from mixwright.ruletest import render, survivors

    if form == "json":
        more = {}
        if tested.coverage is not None:
            more["coverage"] = coverage.to_object(tested.coverage)
        if tested.mutation is not None:
            more["mutation"] = survivors.to_object(tested.mutation)
        click.echo(render.to_json(tested.results, more))
        return
    click.echo(render.text(tested.results, paint=_paint), nl=False)
    if tested.coverage is not None:
        click.echo(coverage.text(tested.coverage, paint=_paint), nl=False)
    if tested.mutation is not None:
        click.echo(survivors.text(tested.mutation, paint=_paint), nl=False)


def _paint(style: str, text: str) -> str:
    return click.style(text, **_STYLES.get(style, {}))  # type: ignore[arg-type]
