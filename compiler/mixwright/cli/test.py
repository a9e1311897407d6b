"""`mixwright test`: promtool's rule tests, run here."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from mixwright.driver.ruletests import test_rules

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
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="What to print.",
)
@click.option(
    "--junit",
    metavar="FILE",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Write JUnit XML here too.",
)
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
    form: str,
    junit: Path | None,
    promtool_compat: bool,
    ignore_unknown_fields: bool,
) -> None:
    """Run rule tests in promtool's format; exit 1 when one fails, 2 when a file cannot be read.

    Rule files may be plain ones or PrometheusRule resources, several documents in a file. What
    promtool cannot say goes under `mixwright:`, in a test file or in a case: `match: partial`,
    `tolerance`, `nan_equal`; for files `group_intervals`; for alerts `state: pending` and `until`.
    """
    from mixwright.ruletest import render

    results = test_rules(
        files,
        run=run,
        promtool_compat=promtool_compat,
        ignore_unknown_fields=ignore_unknown_fields,
    )
    if form == "json":
        click.echo(render.to_json(results))
    else:
        click.echo(render.text(results, paint=_paint), nl=False)
    if junit is not None:
        junit.write_text(render.junit(results), "utf-8")
    sys.exit(max(result.exit_status for result in results))


def _paint(style: str, text: str) -> str:
    return click.style(text, **_STYLES.get(style, {}))  # type: ignore[arg-type]
