"""Rule test files → results, and how much they are worth."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from mixwright.errors import MixwrightError
from mixwright.values import search_regex

if TYPE_CHECKING:
    from mixwright.coverage import Coverage
    from mixwright.ruletest import FileResult


@attrs.frozen
class Tested:
    """The results of test files, and what they exercised of their rules, if that was asked for."""

    results: tuple[FileResult, ...]
    coverage: Coverage | None

    @property
    def percents(self) -> tuple[float, ...]:
        """How much of what was asked for was found, of 100 each."""
        return () if self.coverage is None else (self.coverage.percent,)

    @property
    def exit_status(self) -> int:
        """0 all passed, 1 something failed, 2 something could not be read."""
        return max(result.exit_status for result in self.results)


def test_rules(
    files: Sequence[Path],
    *,
    run: Sequence[str],
    promtool_compat: bool,
    ignore_unknown_fields: bool,
    coverage: bool,
) -> Tested:
    """Run rule test files, or of their tests those whose names match any of the expressions `run`.

    With `promtool_compat`, what cannot fail passes; with `ignore_unknown_fields`, rule files may have
    fields that Prometheus does not know.
    Raises `MixwrightError` when no test at all has such a name, unless `promtool_compat`.
    """
    from mixwright.coverage import Collector
    from mixwright.ruletest import run_files
    from mixwright.ruletest.coverage import watching

    collector = Collector()
    pattern = search_regex("|".join(run))
    results = tuple(
        run_files(
            files,
            selected=lambda name: pattern.search(name) is not None,
            compat=promtool_compat,
            ignoring=ignore_unknown_fields,
            watch=watching(collector) if coverage else None,
        )
    )
    if run and not promtool_compat and not any(r.tests or r.unreadable for r in results):
        raise MixwrightError(f"`{'|'.join(run)}` matches the name of no test")
    return Tested(results, collector.coverage() if coverage else None)
