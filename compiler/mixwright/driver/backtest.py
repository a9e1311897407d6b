"""Load → passes → replay → score."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from mixwright.driver.project import Progress, opened, resolved, silent
from mixwright.errors import MixwrightError
from mixwright.model import Mixin
from mixwright.values import Duration

if TYPE_CHECKING:
    from mixwright.alertmanager import Config
    from mixwright.backtest import Backtest, RuleSource
    from mixwright.cluster import Cluster
    from mixwright.coverage import Coverage
    from mixwright.frame import Source
    from mixwright.recordings import Damage, Location, RecordingInfo
    from mixwright.rulefiles import RuleFile


@attrs.frozen
class Backtested:
    """A backtest, and the mixins it was run on, which have dashboards; rule files have none.

    `notes` say what of the recording was lost or left unread; with `salvage`, a damaged recording is
    read as far as that goes.
    """

    mixins: tuple[Mixin, ...]
    result: Backtest
    notes: tuple[str, ...]
    sources: tuple[RuleSource, ...] = ()
    coverage: Coverage | None = None
    salvage: bool = False


def backtest_project(
    root: Path,
    recording: Location,
    names: Sequence[str] = (),
    *,
    incidents: Path | None = None,
    alertmanager: Path | None = None,
    silences: Path | None = None,
    deadline: Duration | None = None,
    start: int | None = None,
    end: int | None = None,
    interval: Duration = Duration(60_000),
    memory: int | None = None,
    cluster: Cluster | None = None,
    coverage: bool = False,
    salvage: bool = False,
    progress: Progress = silent,
) -> Backtested:
    """Replay mixins, or rule files, over a recording and score them against its incidents.

    A name that ends as a YAML file does, or has a `/`, is the path of a rule file. Without
    `incidents`, a file `incidents.yaml` in or beside the recording is used when there is one; without
    `alertmanager`, a configuration file, pages go the way that the rules imply. With a `cluster`, its
    workers evaluate what they can; all that are started here share `memory` with this process.
    """
    from mixwright.alertmanager import read_silences
    from mixwright.backtest import Tolerance, backtest, read_incidents
    from mixwright.coverage import Collector
    from mixwright.recordings import Damage

    mixins, files = rule_sources(root, names)
    truth = incidents or find_incidents(recording)
    config = None if alertmanager is None else telling_config(alertmanager)
    quiet = () if silences is None else read_silences(silences)
    damage = Damage(salvage=salvage)
    if cluster is not None and memory is not None:
        memory = cluster.share(memory)
    with _metrics(recording, damage, start, end, cluster, memory) as (source, info):
        all_rules: tuple[RuleSource, ...] = (*mixins, *files)
        collector = Collector()
        for rules in all_rules:
            collector.add(rules.name, rules.rules)
        result = backtest(
            all_rules,
            source,
            incidents=() if truth is None else read_incidents(truth),
            start=start,
            end=end,
            interval=interval,
            memory=memory,
            tolerance=Tolerance(deadline=deadline),
            alertmanager=config,
            silences=quiet,
            progress=progress,
            watch=collector.observe if coverage else None,
        )
        covered = collector.coverage() if coverage else None
        notes = (*info().notes, *damage.notes())
        return Backtested(mixins, result, notes, all_rules, covered, salvage)


@contextmanager
def _metrics(
    recording: Location,
    damage: Damage,
    start: int | None,
    end: int | None,
    cluster: Cluster | None,
    memory: int | None,
) -> Iterator[tuple[Source, Callable[[], RecordingInfo]]]:
    """Yield what is evaluated, here or by a cluster, and what tells about it in the end."""
    if cluster is None:
        with opened(recording, damage, start=start, end=end) as source:
            yield source, lambda: source.info
        return
    from mixwright.cluster import spread
    from mixwright.recordings import Server

    if isinstance(recording, Server):
        raise MixwrightError(
            f"`{recording}` cannot be read by every worker; `mixwright record` it where all see it"
        )
    with (
        opened(recording, damage) as source,
        spread(source, recording, cluster, damage, memory) as spread_out,
    ):
        yield spread_out, lambda: source.info


def rule_sources(
    root: Path, names: Sequence[str]
) -> tuple[tuple[Mixin, ...], tuple[RuleFile, ...]]:
    """Return the mixins and the rule files of some names; without any, all mixins of the project."""
    files = tuple(_rule_file(name) for name in names if _is_path(name))
    own = tuple(name for name in names if not _is_path(name))
    return resolved(root, own) if own or not files else (), files


def telling_config(path: Path) -> Config:
    """Read an Alertmanager configuration that tells anybody anything."""
    from mixwright.alertmanager import read_config

    config = read_config(path)
    if not any(receiver.integrations for receiver in config.receivers):
        raise MixwrightError(
            f"`{path}` has no receiver with an integration, so nobody is told anything; "
            "say how one is reached, such as `webhook_configs`"
        )
    return config


def _is_path(name: str) -> bool:
    return name.endswith((".yaml", ".yml")) or "/" in name


def _rule_file(name: str) -> RuleFile:
    from mixwright.rulefiles import RuleFile, read_rule_file

    path = Path(name)
    return RuleFile(path=path, rules=read_rule_file(path))


def find_incidents(recording: Location) -> Path | None:
    """Return the incidents file that lies in or beside a recording, if any."""
    if not isinstance(recording, Path):
        return None
    places = (recording / "incidents.yaml", recording.parent / "incidents.yaml")
    return next((place for place in places if place.is_file()), None)
