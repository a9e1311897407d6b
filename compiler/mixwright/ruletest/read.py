"""Test files read: every field of promtool's, and what `mixwright:` adds to a file or a case.

Source: prometheus, `cmd/promtool/unittest.go`.
"""

from __future__ import annotations

import glob
from pathlib import Path

import attrs

from mixwright.errors import MixwrightError
from mixwright.promql import Selector, parse
from mixwright.ruletest.cases import (
    AlertCase,
    EquivalentMutant,
    ExpectedAlert,
    ExpectedSample,
    ExprCase,
    InputSeries,
    Match,
    RecordedInput,
    RuleTest,
    RuleTestFile,
    State,
    Strictness,
)
from mixwright.ruletest.inputs import first_sample
from mixwright.values import Duration, Labels
from mixwright.yamlnodes import Node, read_documents

_FILE = (
    *("rule_files", "evaluation_interval", "group_eval_order", "fuzzy_compare"),
    *("tests", "mixwright"),
)
_TEST = (
    *("name", "interval", "input_series", "alert_rule_test", "promql_expr_test"),
    *("external_labels", "external_url", "start_timestamp", "mixwright"),
)
_FILE_EXTRA = ("match", "tolerance", "nan_equal", "group_intervals", "mixins", "equivalent")
_MATCHES: tuple[Match, ...] = ("exact", "partial")
_STATES: tuple[State, ...] = ("firing", "pending")
_STRICTNESS = ("match", "tolerance", "nan_equal")
_MINUTE = Duration(60_000)


def read_test_file(path: Path, *, compat: bool = False) -> RuleTestFile:
    """Read a test file.

    Unless `compat`, a pattern that matches no rule file is refused, and so is a file without
    tests. Raises `MixwrightError` with file and line.
    """
    documents = read_documents(path)
    if len(documents) > 1:
        raise documents[1].error("a test file is one document")
    fields = documents[0].fields("a test file", _FILE) if documents else {}
    if not compat and not ("tests" in fields and fields["tests"].items("`tests`")):
        raise MixwrightError(f"`{path}` has no `tests`, so nothing can fail")
    every = _duration(fields, "evaluation_interval") or _MINUTE
    order = tuple(name.text("a group's name") for name in _items(fields, "group_eval_order"))
    for number, name in enumerate(order):
        if name in order[:number]:
            raise fields["group_eval_order"].error(f"group `{name}` is in the order twice")
    fuzzy = "fuzzy_compare" in fields and fields["fuzzy_compare"].flag("`fuzzy_compare`")
    extra = _extra(fields, _FILE_EXTRA)
    strictness = _strictness(extra, Strictness(fuzzy=fuzzy))
    return RuleTestFile(
        path=path,
        rule_files=_rule_files(path, fields, compat=compat),
        mixins=tuple(name.text("a mixin's name") for name in _items(extra, "mixins")),
        interval=every,
        order=order,
        group_intervals="group_intervals" in extra
        and extra["group_intervals"].flag("`group_intervals`"),
        equivalent=tuple(map(_equivalent, _items(extra, "equivalent"))),
        tests=tuple(_test(node, every, strictness, path) for node in _items(fields, "tests")),
    )


def _rule_files(path: Path, fields: dict[str, Node], *, compat: bool) -> tuple[Path, ...]:
    found: dict[Path, None] = {}
    for node in _items(fields, "rule_files"):
        pattern = node.text("a rule file")
        matches = sorted(glob.glob(str(path.parent / pattern)))
        if not matches and not compat:
            raise node.error(
                f"`{pattern}` matches no rule file, so no rule would be tested; "
                "patterns are relative to the test file"
            )
        found.update(dict.fromkeys(map(Path, matches)))
    return tuple(found)


def _equivalent(node: Node) -> EquivalentMutant:
    fields = node.fields("an equivalent mutant", ("rule", "change", "reason"))
    rule, change, reason = (_text(fields, field) for field in ("rule", "change", "reason"))
    if not (rule and change and reason):
        raise node.error("an equivalent mutant needs `rule`, `change` and `reason`")
    return EquivalentMutant(rule=rule, change=change, reason=reason, origin=node.origin)


def _test(node: Node, every: Duration, strictness: Strictness, path: Path) -> RuleTest:
    fields = node.fields("a test", _TEST)
    extra = _extra(fields, ("recording",))
    recorded = _recorded(extra["recording"], path) if "recording" in extra else None
    given = "external_labels" in fields
    labels = fields["external_labels"].texts("`external_labels`") if given else {}
    return RuleTest(
        name=_text(fields, "name"),
        interval=_duration(fields, "interval") or every,
        series=tuple(_series(part) for part in _items(fields, "input_series")),
        recorded=recorded,
        alerts=tuple(_alert_case(part, strictness) for part in _items(fields, "alert_rule_test")),
        exprs=tuple(_expr_case(part, strictness) for part in _items(fields, "promql_expr_test")),
        external_labels=Labels(labels),
        external_url=_text(fields, "external_url"),
        start=fields["start_timestamp"].time("`start_timestamp`")
        if "start_timestamp" in fields
        else (0 if recorded is None else first_sample(recorded)),
        origin=node.origin,
    )


def _recorded(node: Node, path: Path) -> RecordedInput:
    fields = node.fields("a recording as input", ("path", "select", "start", "end"))
    if "path" not in fields:
        raise node.error("a recording as input needs a `path`, relative to the test file")
    start, end = (
        fields[field].time(f"`{field}`") if field in fields else None for field in ("start", "end")
    )
    selectors = [part.parsed("`select`", parse) for part in _items(fields, "select")]
    for number, selector in enumerate(selectors):
        if not isinstance(selector, Selector):
            raise _items(fields, "select")[number].error(
                f'`{selector!s}` is not a selector such as `up{{job="node"}}`'
            )
    return RecordedInput(
        path=path.parent / fields["path"].text("`path`"),
        select=tuple(s.conditions for s in selectors if isinstance(s, Selector)),
        start=start,
        end=end,
        origin=node.origin,
    )


def _series(node: Node) -> InputSeries:
    fields = node.fields("an input series", ("series", "values"))
    return InputSeries(f"{_text(fields, 'series')} {_text(fields, 'values')}", node.origin)


def _alert_case(node: Node, strictness: Strictness) -> AlertCase:
    fields = node.fields("an alert test", ("eval_time", "alertname", "exp_alerts", "mixwright"))
    alert = _text(fields, "alertname")
    if not alert:
        raise node.error("an alert test needs an `alertname`")
    extra = _extra(fields, ("match", "state", "until"))
    time = _duration(fields, "eval_time") or Duration(0)
    until = _duration(extra, "until")
    if until is not None and until.ms < time.ms:
        raise extra["until"].error(f"`until` {until} lies before the `eval_time` {time}")
    expected = []
    for part in _items(fields, "exp_alerts"):
        texts = part.fields("an expected alert", ("exp_labels", "exp_annotations"))
        labels, annotations = (
            texts[field].texts(f"`{field}`") if field in texts else {}
            for field in ("exp_labels", "exp_annotations")
        )
        labels["alertname"] = alert
        expected.append(ExpectedAlert(labels=labels, annotations=annotations))
    return AlertCase(
        time=time,
        until=until,
        alert=alert,
        state=extra["state"].choice("`state`", _STATES) if "state" in extra else "firing",
        expected=tuple(expected),
        strictness=_strictness(extra, strictness),
        origin=node.origin,
    )


def _expr_case(node: Node, strictness: Strictness) -> ExprCase:
    fields = node.fields("an expression test", ("expr", "eval_time", "exp_samples", "mixwright"))
    expected = []
    for part in _items(fields, "exp_samples"):
        sample = part.fields("an expected sample", ("labels", "value", "histogram"))
        value = sample["value"].number("`value`") if "value" in sample else 0.0
        texts = _text(sample, "labels"), _text(sample, "histogram")
        expected.append(ExpectedSample(labels=texts[0], value=value, histogram=texts[1]))
    return ExprCase(
        time=_duration(fields, "eval_time") or Duration(0),
        expr=_text(fields, "expr"),
        expected=tuple(expected),
        strictness=_strictness(_extra(fields, _STRICTNESS), strictness),
        origin=node.origin,
    )


def _extra(fields: dict[str, Node], known: tuple[str, ...]) -> dict[str, Node]:
    """Return what promtool does not know: it is told apart by its name, and asked for by writing it."""
    return fields["mixwright"].fields("`mixwright`", known) if "mixwright" in fields else {}


def _strictness(extra: dict[str, Node], base: Strictness) -> Strictness:
    if "match" in extra:
        base = attrs.evolve(base, match=extra["match"].choice("`match`", _MATCHES))
    if "tolerance" in extra:
        tolerance = extra["tolerance"].number("`tolerance`")
        if not 0 <= tolerance < 1:
            raise extra["tolerance"].error("`tolerance` is a part of the value, from 0 to below 1")
        base = attrs.evolve(base, tolerance=tolerance)
    if "nan_equal" in extra:
        base = attrs.evolve(base, nan_equal=extra["nan_equal"].flag("`nan_equal`"))
    return base


def _items(fields: dict[str, Node], field: str) -> tuple[Node, ...]:
    return fields[field].items(f"`{field}`") if field in fields else ()


def _text(fields: dict[str, Node], field: str) -> str:
    return fields[field].text(f"`{field}`") if field in fields else ""


def _duration(fields: dict[str, Node], field: str) -> Duration | None:
    """Return a duration; zero is none, as in Prometheus."""
    span = fields[field].duration(f"`{field}`") if field in fields else Duration(0)
    return span if span.ms else None
