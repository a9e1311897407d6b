"""What is in a recording: a page for people, JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

import attrs
from rich.console import Console
from rich.table import Table
from rich.text import Text

from mixwright.recordings import Metadata, RecordingInfo
from mixwright.recordings.survey import Description, TargetSurvey
from mixwright.report.facts import count, span
from mixwright.report.tables import text_table
from mixwright.values import utc

_FILE_WIDTH: Final = 120
_MOST: Final = 15
"""So many targets, metrics, gaps and losses are listed; JSON has all of them."""


def to_json(found: Description) -> str:
    """Return everything that is known: times in milliseconds since the epoch, intervals in milliseconds."""
    info, survey = found.info, found.survey
    content = {
        "path": str(found.path),
        "format": info.format,
        "bytes": found.size,
        "series": info.series,
        "samples": survey.samples,
        "histograms": survey.histograms,
        "stale_markers": survey.markers,
        "start": info.start,
        "end": info.end,
        "scrape_intervals": {str(ms): n for ms, n in info.scrape_intervals.items()},
        "provenance": info.provenance,
        "notes": list(info.notes),
        "damage": [attrs.asdict(loss) for loss in found.damage.losses],
        "targets": [attrs.asdict(target) for target in survey.targets],
        "metrics": [
            {**attrs.asdict(metric), **attrs.asdict(_metadata(info, metric.name))}
            for metric in survey.metrics
        ],
    }
    return json.dumps(content, indent=1, ensure_ascii=False)


def render(found: Description, console: Console | None = None) -> None:
    """Print the page; colours go only to a terminal that shows them."""
    console = console or Console()
    if not console.is_terminal:
        console.width = _FILE_WIDTH
    console.print(Text(str(found.path), "bold"))
    for name, text in _facts(found):
        console.print(Text.assemble((f"  {name:<11}", "dim"), text), overflow="fold")
    for part in (_jobs(found), _targets(found), _metrics(found), _gaps(found)):
        if part.row_count:
            console.print()
            console.print(part)
    for note in found.info.notes:
        console.print(Text.assemble(("\nnote: ", "yellow"), note))
    losses = found.damage.losses
    if losses:
        console.print(Text(f"\n{count(len(losses) + found.damage.untold, 'loss')}:", "bold red"))
        for loss in sorted(losses, key=str)[:_MOST]:
            console.print(Text(f"  {loss}"), overflow="fold")
        _rest(console, len(losses) + found.damage.untold)


def _rest(console: Console, number: int) -> None:
    if number > _MOST:
        console.print(Text(f"  … and {number - _MOST} more", "dim"))


def _facts(found: Description) -> Iterator[tuple[str, str]]:
    info, survey = found.info, found.survey
    yield "format", info.format
    if info.provenance:
        yield "from", info.provenance
    if info.start is not None and info.end is not None:
        length = span(info.end - info.start)
        yield "time", f"{utc(info.start)} – {utc(info.end)}, {length}"
    each = found.size / max(1, survey.samples)
    yield "size", f"{found.size / 1e6:.1f} MB, {each:.2f} bytes a sample"
    kinds = [f"{survey.markers} staleness markers"]
    if survey.histograms:
        kinds.append(f"{survey.histograms} native histograms")
    yield "samples", f"{survey.samples} of {info.series} series, among them {' and '.join(kinds)}"
    intervals = ", ".join(f"{span(ms)} ({n} series)" for ms, n in info.scrape_intervals.items())
    yield "interval", intervals or "unknown"
    known = sum(bool(_metadata(info, metric.name).type) for metric in survey.metrics)
    yield "metrics", f"{len(survey.metrics)}, the type of {known} is known"
    sound = "everything was read, every checksum is right"
    yield "checked", "damaged, see below" if found.damage.losses else sound


def _jobs(found: Description) -> Table:
    """Return a row a job, where there are several."""
    table = text_table("<job", "targets", "series", "samples", "interval", "gaps")
    jobs: dict[str, list[TargetSurvey]] = {}
    for target in found.survey.targets:
        jobs.setdefault(target.job, []).append(target)
    for job, targets in jobs.items():
        intervals = sorted({target.interval for target in targets if target.interval})
        table.add_row(
            Text(job or "–"),
            str(len(targets)),
            str(sum(target.series for target in targets)),
            str(sum(target.samples for target in targets)),
            " ".join(map(span, intervals)) or "–",
            str(sum(len(target.gaps) for target in targets)),
        )
    return table


def _targets(found: Description) -> Table:
    """Return the targets with the most series."""
    table = text_table("<largest targets", "<instance", "series", "samples", "interval")
    for target in sorted(found.survey.targets, key=lambda t: -t.series)[:_MOST]:
        row = (str(target.series), str(target.samples), span(target.interval))
        table.add_row(Text(target.job or "–"), Text(target.instance or "–"), *row)
    return table


def _metrics(found: Description) -> Table:
    """Return the metrics with the most series."""
    table = text_table("<largest metrics", "<type", "series", "samples", "…help")
    for metric in sorted(found.survey.metrics, key=lambda m: (-m.series, m.name))[:_MOST]:
        said = _metadata(found.info, metric.name)
        row = (Text(said.type or "–"), str(metric.series), str(metric.samples), Text(said.help))
        table.add_row(Text(metric.name or "–"), *row)
    return table


def _gaps(found: Description) -> Table:
    """Return the longest gaps."""
    table = text_table("<gaps", "<instance", "<from", "<to", "length")
    gaps = [(target, gap) for target in found.survey.targets for gap in target.gaps]
    gaps.sort(key=lambda row: (row[1].start - row[1].end, row[1].start))
    for target, gap in gaps[:_MOST]:
        table.add_row(
            Text(target.job or "–"),
            Text(target.instance or "–"),
            utc(gap.start),
            utc(gap.end),
            span(gap.end - gap.start),
        )
    return table


def _metadata(info: RecordingInfo, metric: str) -> Metadata:
    """Return what is said of the family that a metric belongs to."""
    family = info.family(metric)
    return Metadata() if family is None else info.metadata[family]
