"""`mixwright explain`: the page of a check."""

from __future__ import annotations

from typing import Any

import click
from click.shell_completion import CompletionItem


class _Code(click.ParamType[str]):
    name = "code"

    def shell_complete(
        self, _ctx: click.Context, _param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        from mixwright.lint import all_checks

        codes = (check.code for check in all_checks())
        return [CompletionItem(code) for code in codes if code.startswith(incomplete)]

    def convert(self, value: Any, _param: object, _ctx: object) -> str:
        return str(value)


@click.command("explain")
@click.argument("code", type=_Code(), required=False)
def explain_command(code: str | None) -> None:
    """Print the page of the check CODE: what is bad, what to use instead, with examples.

    Without CODE, list all checks.
    """
    from mixwright.lint import all_checks, explain

    if code is None:
        width = max(len(check.code) for check in all_checks())
        for check in all_checks():
            click.echo(f"{check.code:{width}}  {check.page.splitlines()[0]}")
    else:
        click.echo(explain(code))
