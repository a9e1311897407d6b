"""Rule test files → results."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mixwright.errors import MixwrightError
from mixwright.values import search_regex

if TYPE_CHECKING:
    from mixwright.ruletest import FileResult


def test_rules(
    files: Sequence[Path],
    *,
    run: Sequence[str],
    promtool_compat: bool,
    ignore_unknown_fields: bool,
) -> tuple[FileResult, ...]:
    """Run rule test files, or of their tests those whose names match any of the expressions `run`.

    With `promtool_compat`, what cannot fail passes; with `ignore_unknown_fields`, rule files may have
    fields that Prometheus does not know.
    Raises `MixwrightError` when no test at all has such a name, unless `promtool_compat`.
    """
    from mixwright.ruletest import run_files

    pattern = search_regex("|".join(run))
    results = tuple(
        run_files(
            files,
            selected=lambda name: pattern.search(name) is not None,
            compat=promtool_compat,
            ignoring=ignore_unknown_fields,
        )
    )
    if run and not promtool_compat and not any(r.tests or r.unreadable for r in results):
        raise MixwrightError(f"`{'|'.join(run)}` matches the name of no test")
    return results
