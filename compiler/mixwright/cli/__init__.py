"""The command line: one command per file, words in, words out, no logic."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from pathlib import Path
from typing import Any

import click

from mixwright.errors import MixwrightError

INTERRUPTED = 130
"""The exit status that shells give to what Ctrl-C ended."""


class _Commands(click.Group):
    """The commands in this folder; one that is named is loaded alone."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return sorted(self._modules())

    def _modules(self) -> dict[str, str]:
        """Return the modules by command; `import_` is called so because `import` is a word of Python."""
        return {
            module.name.rstrip("_"): module.name
            for module in pkgutil.iter_modules(__path__)
            if module.name not in ("parameters", "progress")
        }

    def get_command(self, _ctx: click.Context, name: str) -> click.Command | None:
        if name not in self._modules():
            return None
        module = importlib.import_module(f"{__name__}.{self._modules()[name]}")
        command: click.Command = getattr(module, f"{name}_command")
        return command

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            # What is written takes its place only when it is complete: there is nothing to clear away.
            click.echo("interrupted", err=True)
            sys.exit(INTERRUPTED)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        import difflib

        near = difflib.get_close_matches(args[0], self.list_commands(ctx), n=1)
        if near and near[0] != args[0] and self.get_command(ctx, args[0]) is None:
            ctx.fail(f"`{args[0]}` is not a command; did you mean `{near[0]}`?")
        return super().resolve_command(ctx, args)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "-C",
    "--root",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The project: the folder that holds mixins/. Default: found from here upwards.",
)
@click.version_option(package_name="mixwright", message="%(package)s %(version)s")
@click.pass_context
def mixwright(ctx: click.Context, root: Path | None) -> None:
    """Dashboards and alerts as code: compiled, linted, and tried on recorded metrics.

    Exit status: 0 fine, 1 findings or failed expectations, 2 usage or unreadable input, 130 interrupted.
    """
    from mixwright.loader import find_root

    ctx.obj = (root or find_root(Path.cwd())).resolve()


def main(args: list[str] | None = None) -> Any:
    """Run the command line; an error is one message on standard error, never a traceback."""
    try:
        return mixwright.main(args=args, prog_name="mixwright")
    except MixwrightError as error:
        click.echo(click.style("error: ", fg="red", bold=True) + str(error), err=True)
        sys.exit(error.exit_status)
    except BrokenPipeError:
        sys.exit(1)
