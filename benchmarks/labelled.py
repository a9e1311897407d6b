"""How well do families of rules find what people have labelled in real metrics?

python benchmarks/labelled.py DIR [--family NAME …]

DIR holds recordings in the layout of the Numenta Anomaly Benchmark (`windows.json` beside folders of CSV files with
`timestamp,value`) or of Microsoft's cloud-monitoring dataset (folders of CSV files with `TimeStamp,Value,Label`). Each
family runs with one fixed parameter set over every file, through mixwright's own engine, alert states and Alertmanager;
what counts is the onset of a page. Printed per family, beside never, at random and always firing:

- NAB: the standard score of NAB (Lavin and Ahmad 2015, `nab/sweeper.py`; false positives cost 0.11) on page onsets
- precision, recall and F1 of pages; false pages a series-week
- recall when at most 0.25, 0.5 or 1 false page a series-week is borne, over the family's settings
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import random
import statistics
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import attrs
import numpy as np

from mixwright import Alert, Mixin, RuleGroup, Severity, promql
from mixwright.backtest import backtest
from mixwright.frame import Samples
from mixwright.model import Recording
from mixwright.passes import compile_mixin
from mixwright.recordings.memory import MemoryRecording
from mixwright.standard.rules import deviation, extreme, season
from mixwright.values import Duration, Labels

WEEK = 7 * 86_400
VALUE = promql("series:value")
"""What families judge: each sample, recorded when it came."""


@attrs.frozen(kw_only=True, eq=False)
class Series:
    """One labelled file: times in seconds, and the windows [first, last] in which a page is right."""

    name: str
    times: np.ndarray
    values: np.ndarray
    windows: tuple[tuple[float, float], ...]
    probation: int = 0
    """How many samples at the start are not scored."""

    @property
    def step(self) -> float:
        """Seconds between samples."""
        return float(np.median(np.diff(self.times)))


@attrs.frozen(kw_only=True)
class Family:
    """A family with its one parameter set, and stricter and laxer ones for budgets of false pages."""

    name: str
    rules: Callable[[float], Sequence[Alert | Recording]]
    setting: float
    settings: tuple[float, ...]


def _page(rules: Sequence[Alert | Recording]) -> Sequence[Alert | Recording]:
    """Let the alerts among `rules` page at once, and one page do for three hours."""
    return [
        attrs.evolve(rule, severity=Severity.PAGE, keep_firing="3h", hold="0s")
        if isinstance(rule, Alert)
        else rule
        for rule in rules
    ]


FAMILIES = (
    Family(
        name="extreme.beyond",
        rules=lambda margin: extreme.beyond(VALUE, record="series", margin=margin),
        setting=0.4,
        settings=(0.1, 0.2, 0.3, 0.4, 0.6, 1.0, 2.0, 4.0),
    ),
    Family(
        name="deviation.z_score",
        rules=lambda sigmas: [deviation.z_score(VALUE, sigmas=sigmas)],
        setting=4,
        settings=(3, 4, 5, 6, 8, 10),
    ),
    Family(
        name="deviation.robust",
        rules=lambda sigmas: deviation.robust(VALUE, record="series", sigmas=sigmas),
        setting=6,
        settings=(4, 6, 8, 12, 20, 40),
    ),
    Family(
        name="season.below_usual",
        rules=lambda below: [season.below_usual(VALUE, below=below, floor=0, by=("job",))],
        setting=0.5,
        settings=(0.7, 0.5, 0.3, 0.1),
    ),
    Family(
        name="always firing",
        rules=lambda _: [
            Alert(
                "Always",
                expr=promql(f"{VALUE} or 1 + {VALUE}"),
                severity=Severity.PAGE,
                summary="always",
            )
        ],
        setting=0,
        settings=(0,),
    ),
)


def read(folder: Path) -> tuple[Series, ...]:
    """Return the labelled series below a folder; the layout is told from what lies there."""
    windows = folder / "windows.json"
    found = tuple(_nab(folder, windows) if windows.is_file() else _cloud(folder))
    if not found:
        raise SystemExit(f"error: `{folder}` holds no labelled series of a known layout")
    return found


def _nab(folder: Path, windows: Path) -> Iterator[Series]:
    for name, spans in sorted(json.loads(windows.read_text()).items()):
        if (folder / name).is_file():
            times, values, _ = _columns(folder / name)
            yield Series(
                name=name,
                times=times,
                values=values,
                windows=tuple((_seconds(first), _seconds(last)) for first, last in spans),
                # `nab/util.py#getProbationPeriod`
                probation=min(int(0.15 * len(times)), 750),
            )


def _cloud(folder: Path) -> Iterator[Series]:
    for file in sorted(folder.glob("*/*.csv")):
        times, values, labels = _columns(file)
        edges = np.diff(np.concatenate([[0], labels, [0]]))
        first, last = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1) - 1
        step = float(np.median(np.diff(times)))
        yield Series(
            name=f"{file.parent.name}/{file.name}",
            times=times,
            values=values,
            # A label is about the time until the next sample; one step of grace on either side.
            windows=tuple(
                (times[a] - step, times[b] + 2 * step) for a, b in zip(first, last, strict=True)
            ),
        )


def _columns(file: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return times, values and labels; where times do not rise (a 12-hour clock), rows are a step apart."""
    with file.open(newline="") as lines:
        rows = [row for row in list(csv.reader(lines))[1:] if row and row[1]]
    times = np.array([_seconds(row[0]) for row in rows])
    values = np.array([float(row[1]) for row in rows])
    labels = np.array([len(row) > 2 and float(row[2] or 0) > 0 for row in rows]).astype(int)
    falls = int((np.diff(times) <= 0).sum())
    if falls and len(rows[0]) > 2:
        times = times[0] + np.arange(len(times)) * float(np.median(np.diff(times)))
    elif falls:  # a clock that was set back an hour: the first of two samples at one time counts
        order = np.argsort(times, kind="stable")
        order = order[np.concatenate([[True], np.diff(times[order]) > 0])]
        times, values, labels = times[order], values[order], labels[order]
    return times, values, labels


def _seconds(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


def page_onsets(series: Series, rules: Sequence[Alert | Recording]) -> tuple[float, ...]:
    """Return when people would have been paged, in seconds."""
    step = Duration(round(series.step * 1000))
    value = Recording(str(VALUE), expr=promql(f"last_over_time(value[{step}])"))
    mixin = Mixin(
        "labelled",
        version="1.0.0",
        rules=[RuleGroup("labelled", interval=step, rules=(value, *_page(rules)))],
    )
    labels = Labels({"__name__": "value", "job": "labelled"})
    times = np.round(series.times * 1000).astype(np.int64)
    recording = MemoryRecording(
        Samples.of([(labels, times, series.values)]), form="labelled", provenance=series.name
    )
    result = backtest([compile_mixin(mixin)], recording)
    return tuple(page.onset / 1000 for page in result.pages if page.severity is Severity.PAGE)


@attrs.frozen(kw_only=True)
class Marks:
    """What pages were worth on many series."""

    nab: float
    true: int
    false: int
    detected: int
    windows: int
    weeks: float

    @property
    def precision(self) -> float:
        """Share of pages that were right."""
        return self.true / (self.true + self.false) if self.true + self.false else math.nan

    @property
    def recall(self) -> float:
        """Share of windows that had a page."""
        return self.detected / self.windows

    @property
    def f1(self) -> float:
        """Harmonic mean of both, 0 without pages."""
        if not self.detected:
            return 0.0
        return 2 * self.precision * self.recall / (self.precision + self.recall)

    @property
    def false_a_week(self) -> float:
        """False pages a series-week."""
        return self.false / self.weeks


def marked(pages: Sequence[tuple[Series, Sequence[float]]]) -> Marks:
    """Score page onsets on all series together."""
    score = weeks = 0.0
    true = false = detected = windows = 0
    for series, onsets in pages:
        rows = np.searchsorted(series.times, np.array(onsets), side="right") - 1
        spans = [
            (
                int(np.searchsorted(series.times, first)),
                int(np.searchsorted(series.times, last, side="right")) - 1,
            )
            for first, last in series.windows
        ]
        best: list[float | None] = [None] * len(spans)
        for row in rows[rows >= series.probation].tolist():
            inside = [k for k, (first, last) in enumerate(spans) if first <= row <= last]
            if inside:
                true += 1
                for k in inside[-1:]:
                    first, last = spans[k]
                    gain = _sigmoid(-(last - row + 1) / (last - first + 1)) / _sigmoid(-1)
                    best[k] = max(gain, best[k] if best[k] is not None else -1)
                continue
            false += 1
            before = [span for span in spans if span[1] < row]
            if before:
                first, last = before[-1]
                score += 0.11 * _sigmoid((row - last) / max(1, last - first))
            else:
                score -= 0.11
        score += sum(-1 if gain is None else gain for gain in best)
        detected += sum(gain is not None for gain in best)
        windows += len(spans)
        weeks += float(series.times[-1] - series.times[series.probation]) / WEEK
    return Marks(
        nab=100 * (score + windows) / (2 * windows),
        true=true,
        false=false,
        detected=detected,
        windows=windows,
        weeks=weeks,
    )


def _sigmoid(place: float) -> float:
    """NAB's scaled sigmoid: 1 well before the end of a window (-1), -1 long after it."""
    return -1.0 if place > 3 else 2 / (1 + math.exp(5 * place)) - 1


def at_random(collection: Sequence[Series], a_week: float, seed: int) -> Marks:
    """Score pages at random, so many a series-week."""
    draw = random.Random(seed)
    pages = []
    for series in collection:
        first, last = float(series.times[0]), float(series.times[-1])
        count = round(a_week * (last - first) / WEEK)
        pages.append((series, sorted(draw.uniform(first, last) for _ in range(count))))
    return marked(pages)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="labelled recordings in a known layout")
    parser.add_argument("--family", action="append", help="only these; several times")
    chosen = parser.parse_args(arguments)
    collection = read(chosen.folder)
    windows = sum(len(series.windows) for series in collection)
    print(f"{chosen.folder}: {len(collection)} series, {windows} labelled windows\n")
    print("| family | NAB | precision | recall | F1 | false a week | at 0.25 | at 0.5 | at 1 |")
    print("|---|---|---|---|---|---|---|---|---|")
    print(_line("null", marked([(series, ()) for series in collection]), ()))
    rates = [0.0]
    for family in FAMILIES:
        if chosen.family and family.name not in chosen.family:
            continue
        tried = {
            setting: marked([(s, page_onsets(s, family.rules(setting))) for s in collection])
            for setting in family.settings
        }
        marks = tried[family.setting]
        rates.append((marks.true + marks.false) / marks.weeks)
        print(_line(family.name, marks, tuple(tried.values())), flush=True)
    draws = [at_random(collection, rates[1] if len(rates) > 1 else 1, seed) for seed in range(5)]
    middle = sorted(draws, key=lambda marks: marks.nab)[2]
    print(_line(f"at random, {statistics.fmean(rates[1:2] or [1]):.2g} a week", middle, ()))


def _line(name: str, marks: Marks, tried: Sequence[Marks]) -> str:
    budgets = []
    for budget in (0.25, 0.5, 1.0):
        within = [m.recall for m in tried if m.false_a_week <= budget]
        budgets.append(f"{max(within):.2f}" if within else "–")
    precision = "–" if math.isnan(marks.precision) else f"{marks.precision:.2f}"
    figures = (
        f"{marks.nab:.1f}",
        precision,
        f"{marks.recall:.2f}",
        f"{marks.f1:.2f}",
        f"{marks.false_a_week:.2f}",
        *budgets,
    )
    return f"| {name} | {' | '.join(figures)} |"


if __name__ == "__main__":
    main()
