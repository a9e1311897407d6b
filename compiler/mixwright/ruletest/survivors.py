"""Mutants that no test finds, as text and as JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from mixwright.replay.rules import Rule, is_alert
from mixwright.ruletest.mutants import Mutant
from mixwright.ruletest.mutation import Mutation, RuleMutation

Paint = Callable[[str, str], str]
"""Colours a text: of style `pass`, `fail`, `place`, `-` or `+`."""

_WIDTH = 96


def text(mutation: Mutation, paint: Paint = lambda _style, text: text) -> str:
    """Return the mutants that survive, rule by rule, and the share that does not in the last line."""
    lines = [line for rule in mutation.rules if rule.survivors for line in _rule(rule, paint)]
    lines += mutation.stale
    good = mutation.found == mutation.mutants and not mutation.stale
    lines.append(
        f"{paint('pass' if good else 'fail', 'mutants')} {mutation.percent:.1f} %: "
        f"{mutation.found} of {mutation.mutants} found by a test"
    )
    return "".join(f"{line}\n" for line in lines)


def _rule(rule: RuleMutation, paint: Paint) -> Iterator[str]:
    where = "" if rule.rule.origin is None else f"{rule.rule.origin}: "
    kind = "alert" if is_alert(rule.rule) else "recording rule"
    head = paint("place", f"{where}{kind} `{rule.rule.name}`")
    count = f"{len(rule.survivors)} of {len(rule.fates)} mutants survive"
    if not rule.exercised:
        yield f"{head}: no test is about it"
        return
    yield f"{head}: {count}"
    for mutant in rule.survivors:
        yield f"  {mutant.change}"
        if mutant.is_of_expression:
            before, after = _cut(mutant)
            yield f"    {paint('-', f'- {before}')}"
            yield f"    {paint('+', f'+ {after}')}"


def _cut(mutant: Mutant) -> tuple[str, str]:
    """Return both expressions, cut around the place where they differ."""
    texts = str(mutant.rule.expr), str(mutant.changed.expr)
    pairs = zip(*texts, strict=False)
    first = next((n for n, (a, b) in enumerate(pairs) if a != b), min(map(len, texts)))
    start = max(0, first - _WIDTH // 3) if max(map(len, texts)) > _WIDTH else 0
    before, after = (_window(text, start) for text in texts)
    return before, after


def _window(text: str, start: int) -> str:
    left = "…" if start else ""
    right = "…" if len(text) > start + _WIDTH else ""
    return left + text[start + len(left) : start + _WIDTH - len(right)] + right


def to_object(mutation: Mutation) -> dict[str, Any]:
    """Return what became of the mutants as an object for JSON."""
    return {
        "percent": round(mutation.percent, 2),
        "found": mutation.found,
        "mutants": mutation.mutants,
        "stale": list(mutation.stale),
        "rules": [
            {
                "file": rule.file,
                "name": rule.rule.name,
                "line": _line(rule.rule),
                "exercised": rule.exercised,
                "mutants": [
                    {
                        "change": fate.mutant.change,
                        "expr": str(fate.mutant.changed.expr),
                        "found_by": fate.found_by or None,
                        "equivalent": fate.equivalent or None,
                    }
                    for fate in rule.fates
                ],
            }
            for rule in mutation.rules
        ],
    }


def _line(rule: Rule) -> int | None:
    return None if rule.origin is None else rule.origin.line
