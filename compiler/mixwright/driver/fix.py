"""Fixes written into rule files and dashboards: the smallest edit of the text, if it means what was meant."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mixwright.dashboardfiles import Edit, edited
from mixwright.dashboardfiles.document import read_text
from mixwright.errors import MixwrightError
from mixwright.lint.fix import Fix
from mixwright.values import Origin

if TYPE_CHECKING:
    from mixwright.lint import Finding
    from mixwright.promql import Expr


def fix_files(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Edit the rule files and dashboards that findings with a fix lie in; return those that are mended now."""
    edits = [finding.fix for finding in findings if isinstance(finding.fix, Edit)]
    done = set(map(id, _edit_dashboards(edits)))
    # From the end of a file to its beginning, as an edit may take a line away.
    mended = [
        finding
        for finding in reversed(findings)
        if id(finding.fix) in done
        or (
            isinstance(finding.fix, Fix)
            and finding.origin is not None
            and not finding.origin.file.endswith(".py")
            and _mended(finding.fix, finding.origin)
        )
    ]
    return tuple(reversed(mended))


def _edit_dashboards(edits: Sequence[Edit]) -> Iterator[Edit]:
    """Edit dashboards that are JSON files; yield what has been done."""
    files = sorted({edit.file for edit in edits if edit.file})
    for file in files:
        own = [edit for edit in edits if edit.file == file]
        text = read_text(Path(file))
        after = edited(text, own)
        if after != text:
            json.loads(after)
            Path(file).write_bytes(after.encode())
            yield from own


def _mended(fix: Fix, origin: Origin) -> bool:
    file = Path(origin.file)
    try:
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return False
    before = dict(_expressions(text))
    if origin.line not in before:
        return False
    lines = text.splitlines(keepends=True)
    end = min((line for line in before if line > origin.line), default=len(lines) + 1)
    rule = "".join(lines[origin.line - 1 : end - 1])
    edited = fix.edited(rule)
    after = "".join([*lines[: origin.line - 1], edited, *lines[end - 1 :]])
    meant = before | {origin.line: fix.applied(before[origin.line])}
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
