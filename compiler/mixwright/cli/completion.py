"""`mixwright completion`: the script that completes commands, options and mixins in a shell."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion_command(ctx: click.Context, shell: str) -> None:
    """Print the completion script for SHELL.

    For bash: `eval "$(mixwright completion bash)"` in ~/.bashrc.
    """
    kind = get_completion_class(shell)
    if kind is None:
        raise click.UsageError(f"`{shell}` has no completion")
    program = kind(ctx.find_root().command, {}, "mixwright", "_MIXWRIGHT_COMPLETE")
    click.echo(program.source())
