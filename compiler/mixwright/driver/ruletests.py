"""Rule test files → results, and how much they are worth."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from mixwright.driver.project import Progress, silent
from mixwright.errors import MixwrightError
from mixwright.values import search_regex

if TYPE_CHECKING:
    from mixwright.coverage import Coverage
    from mixwright.ruletest import FileResult
    from mixwright.ruletest.mutation import Mutation


@attrs.frozen
class Tested:
    """The results of test files, and what they exercise and what they find, if that was asked for."""

    results: tuple[FileResult, ...]
    coverage: Coverage | None
    mutation: Mutation | None = None

    @property
    def percents(self) -> tuple[float, ...]:
        """How much of what was asked for was found, of 100 each."""
        return tuple(one.percent for one in (self.coverage, self.mutation) if one is not None)

    @property
    def exit_status(self) -> int:
        """0 all passed, 1 something failed or was excused in vain, 2 something could not be read."""
        stale = self.mutation is not None and bool(self.mutation.stale)
        return max(int(stale), *(result.exit_status for result in self.results))


def run_tests(
    files: Sequence[Path],
    *,
    run: Sequence[str],
    promtool_compat: bool,
    ignore_unknown_fields: bool,
    coverage: bool,
    mutation: bool,
    progress: Progress = silent,
) -> Tested:
    """Run rule test files, or of their tests those whose names match any of the expressions `run`.

    With `promtool_compat`, what cannot fail passes; with `ignore_unknown_fields`, rule files may have
    fields that Prometheus does not know. `coverage` and `mutation` ask for what the tests are worth.
    Raises `MixwrightError` when no test at all has such a name, unless `promtool_compat`.
    """
    from mixwright.coverage import Collector
    from mixwright.ruletest import run_files
    from mixwright.ruletest.coverage import watching
    from mixwright.ruletest.mutation import mutate

    collector = Collector()
    pattern = search_regex("|".join(run))

    def selected(name: str) -> bool:
        return pattern.search(name) is not None

    results = tuple(
        run_files(
            files,
            selected=selected,
            compat=promtool_compat,
            ignoring=ignore_unknown_fields,
            watch=watching(collector) if coverage else None,
        )
    )
    if run and not promtool_compat and not any(r.tests or r.unreadable for r in results):
        raise MixwrightError(f"`{'|'.join(run)}` matches the name of no test")
    tested = Tested(results, collector.coverage() if coverage else None)
    if not mutation:
        return tested
    found = mutate(
        files,
        selected=selected,
        compat=promtool_compat,
        ignoring=ignore_unknown_fields,
        progress=progress,
    )
    return attrs.evolve(tested, mutation=found)
