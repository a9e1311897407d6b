"""Load → passes → recording rules → every setting of one alert, scored."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mixwright.driver.backtest import find_incidents, rule_sources, telling_config
from mixwright.driver.project import Progress, opened, silent
from mixwright.errors import MixwrightError
from mixwright.values import Duration

if TYPE_CHECKING:
    from mixwright.backtest import RatedAlert, RuleSource
    from mixwright.backtest.tune import Tunable, Tuned


def tunable(root: Path, name: str, rules: Sequence[str] = ()) -> tuple[Tunable, ...]:
    """Return what can be set of an alert of a project, or of the mixins and rule files called `rules`."""
    from mixwright.backtest.tune import tunables

    mixins, files = rule_sources(root, rules)
    return tunables(_find((*mixins, *files), name)[1])


def tune(
    root: Path,
    name: str,
    recording: Path,
    parameters: Sequence[str],
    rules: Sequence[str] = (),
    *,
    budget: float | None = None,
    about: Sequence[str] = (),
    incidents: Path | None = None,
    alertmanager: Path | None = None,
    deadline: Duration | None = None,
    start: int | None = None,
    end: int | None = None,
    interval: Duration = Duration(60_000),
    progress: Progress = silent,
) -> Tuned:
    """Try every combination of parameters' values for the alert called `name`.

    `rules` are names of mixins and paths of rule files, the project's mixins by default;
    `parameters` are texts such as `threshold=0.5:0.9:41`; `budget` is in false pages a week, `about` names
    the incidents that the alert should tell of.
    """
    from mixwright.alertmanager import compiled_config
    from mixwright.backtest import Tolerance, read_incidents
    from mixwright.backtest.tune import Tuned, read_axis, sweep
    from mixwright.backtest.tune.prepare import prepare

    mixins, files = rule_sources(root, rules)
    sources: tuple[RuleSource, ...] = (*mixins, *files)
    source, alert = _find(sources, name)
    axes = tuple(read_axis(alert, text) for text in parameters)
    twice = next((a.name for a in axes if sum(a.name == b.name for b in axes) > 1), None)
    if twice is not None:
        raise MixwrightError(f"parameter `{twice}` is given twice; give all its values at once")
    truth = incidents or find_incidents(recording)
    config = compiled_config(sources) if alertmanager is None else telling_config(alertmanager)
    with opened(recording) as metrics:
        ready = prepare(sources, source, alert, metrics, interval=interval, start=start, end=end)
        found = sweep(
            ready.scheduled,
            axes,
            ready.overlay,
            config,
            incidents=ready.within(() if truth is None else read_incidents(truth)),
            tolerance=Tolerance(deadline=deadline),
            about=about,
            start=ready.start,
            end=ready.end,
            progress=progress,
        )
        notes = metrics.info.notes
    return Tuned.of(found, budget, notes)


def _find(sources: Sequence[RuleSource], name: str) -> tuple[RuleSource, RatedAlert]:
    """Return the alert of a name, and where it comes from."""
    from mixwright.backtest import alerts_of

    found = [(s, alert) for s in sources for alert in alerts_of(s) if alert.name == name]
    if len(found) == 1:
        return found[0]
    if found:
        names = ", ".join(f"`{source.name}`" for source, _ in found)
        raise MixwrightError(f"alert `{name}` is there several times: in {names}")
    known = [alert.name for source in sources for alert in alerts_of(source)]
    near = difflib.get_close_matches(name, known, n=1)
    hint = f"; did you mean `{near[0]}`?" if near else ""
    raise MixwrightError(f"`{name}` is not an alert that is there{hint}")
