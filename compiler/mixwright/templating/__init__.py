"""The Go-template subset of alert labels and annotations, with Prometheus' functions and messages.

    expand(text, alert="DiskFills", labels=labels, value=0.05, time_ms=ts, surroundings=Surroundings())

All of Go's `text/template` that rule files use: actions with trim markers, pipelines, variables,
`if`, `else`, `with`, `range`, `break`, `continue`, `define`, `block`, `template`. Left out are
complex numbers, method calls other than those of times and durations, and of native histograms all but
their text, `.Count`, `.Sum`, `.ZeroCount` and `.ZeroThreshold`.
"""

from __future__ import annotations

import re

from mixwright.errors import MixwrightError
from mixwright.templating.builtins import BUILTINS
from mixwright.templating.errors import TemplateError
from mixwright.templating.executor import execute
from mixwright.templating.functions import (
    FUNCTIONS,
    Query,
    Surroundings,
    functions,
    humanize,
)
from mixwright.templating.gotypes import AlertData, GoHistogram, GoValue, StringMap, TemplateValue
from mixwright.templating.parser import parse
from mixwright.templating.tree import Template
from mixwright.values import Labels

__all__ = [
    "KNOWN_FUNCTIONS",
    "GoHistogram",
    "Query",
    "Surroundings",
    "Template",
    "TemplateError",
    "TemplateValue",
    "expand",
    "humanize",
    "is_static",
    "is_template",
    "parse_alert_template",
    "render",
]

KNOWN_FUNCTIONS = FUNCTIONS | frozenset(BUILTINS)
"""The names of all functions that a template may call."""

_PRELUDE = (
    "{{$labels := .Labels}}{{$externalLabels := .ExternalLabels}}"
    "{{$externalURL := .ExternalURL}}{{$value := .Value}}"
)
_PLAIN = Surroundings()


def is_template(text: str) -> bool:
    """Tell whether expansion can change a text at all."""
    return "{{" in text


def parse_alert_template(text: str, alert: str) -> Template:
    """Return the tree of an alert's label or annotation, as Prometheus sees it.

    Raises `TemplateError` when Prometheus would refuse to load the rule.
    """
    return parse(f"__alert_{alert}", _PRELUDE + text, KNOWN_FUNCTIONS)


def expand(
    text: str,
    *,
    alert: str,
    labels: Labels,
    value: TemplateValue,
    time_ms: int,
    surroundings: Surroundings = _PLAIN,
) -> str:
    """Return an alert's label or annotation expanded for one sample at one evaluation.

    A template that fails becomes `<error expanding template: …>`, as in Prometheus.
    Source: prometheus, `rules/alerting.go#AlertingRule.Eval`.
    """
    if not is_template(text):
        return text
    data = AlertData(
        StringMap(labels),
        StringMap(surroundings.external_labels),
        surroundings.external_url,
        value,
    )
    try:
        return _expanded(f"__alert_{alert}", _PRELUDE + text, data, time_ms, surroundings)
    except TemplateError as error:
        return f"<error expanding template: {error}>"


def render(
    text: str,
    *,
    name: str,
    data: GoValue = None,
    time_ms: int = 0,
    surroundings: Surroundings = _PLAIN,
) -> str:
    """Return any template's text for `data`.

    Raises `TemplateError` with the text of Prometheus' error.
    """
    return _expanded(name, text, data, time_ms, surroundings)


def _expanded(name: str, text: str, data: GoValue, time_ms: int, surroundings: Surroundings) -> str:
    try:
        template = parse(name, text, KNOWN_FUNCTIONS)
    except TemplateError as error:
        raise TemplateError(f"error parsing template {name}: {error}") from None
    try:
        return execute(template, data, {**BUILTINS, **functions(surroundings, time_ms)})
    except TemplateError as error:
        raise TemplateError(f"error executing template {name}: {error}") from None
    except MixwrightError as error:
        raise TemplateError(f"error executing template {name}: {error}") from None


_OF_LABELS = re.compile(r"(?:\$labels|\.Labels|\$externalLabels|\.ExternalLabels)\.\w+")
_VARYING = re.compile(r"[.$]|\b(?:query|now)\b")
_ACTION = re.compile(r"\{\{.*?\}\}", re.DOTALL)


def is_static(text: str) -> bool:
    """Tell whether a text surely expands alike at all times and values: it shows labels only."""
    return not any(_VARYING.search(_OF_LABELS.sub("", action)) for action in _ACTION.findall(text))
