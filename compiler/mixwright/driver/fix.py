"""Fixes written into rule files: the smallest edit of the text, kept only when it means what was meant."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mixwright.errors import MixwrightError
from mixwright.values import Origin

if TYPE_CHECKING:
    from mixwright.lint import Finding
    from mixwright.promql import Expr


def fix_files(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Edit the rule files that findings with a fix lie in; return those that are mended now."""
    # From the end of a file to its beginning, as an edit may take a line away.
    mended = [
        finding
        for finding in reversed(findings)
        if finding.fix is not None
        and finding.origin is not None
        and not finding.origin.file.endswith(".py")
        and _mended(finding, finding.origin)
    ]
    return tuple(reversed(mended))


def _mended(finding: Finding, origin: Origin) -> bool:
    file = Path(origin.file)
    try:
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return False
    before = dict(_expressions(text))
    if origin.line not in before or finding.fix is None:
        return False
    lines = text.splitlines(keepends=True)
    end = min((line for line in before if line > origin.line), default=len(lines) + 1)
    rule = "".join(lines[origin.line - 1 : end - 1])
    edited = finding.fix.edited(rule)
    after = "".join([*lines[: origin.line - 1], edited, *lines[end - 1 :]])
    meant = before | {origin.line: finding.fix.applied(before[origin.line])}
    if meant == before or [expr for _, expr in _expressions(after)] != list(meant.values()):
        return False
    file.write_text(after, "utf-8")
    return True


def _expressions(text: str) -> Iterator[tuple[int, Expr]]:
    """Yield the expression of every rule by its line; none when the file does not read."""
    from mixwright.rulefiles import read_rule_file

    with tempfile.NamedTemporaryFile("w", suffix=".yaml", encoding="utf-8") as copy:
        copy.write(text)
        copy.flush()
        try:
            groups = read_rule_file(Path(copy.name))
        except MixwrightError:
            return
        for group in groups:
            for rule in group.rules:
                yield rule.origin.line, rule.expr
