"""`mixwright warmup`: every kernel compiled and kept, for container images."""

from __future__ import annotations

import time

import click


@click.command("warmup")
def warmup_command() -> None:
    """Compile the engine's kernels into the cache, so that no later run waits for one.

    They are kept in the user's cache directory, or in NUMBA_CACHE_DIR.
    """
    from mixwright.engine import warm_up

    start = time.perf_counter()
    warm_up()
    click.echo(f"kernels are ready ({time.perf_counter() - start:.1f} s)")
