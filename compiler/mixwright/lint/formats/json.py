"""Findings as a JSON array, for programs."""

from __future__ import annotations

import json
from collections.abc import Sequence

from mixwright.lint.check import Finding


def render(findings: Sequence[Finding]) -> str:
    """Return findings as a JSON array; spans are half-open ranges of `expr`."""
    return (
        json.dumps([_fields(finding) for finding in findings], indent=2, ensure_ascii=False) + "\n"
    )


def _fields(finding: Finding) -> dict[str, object]:
    fields: dict[str, object] = {
        "code": finding.code,
        "severity": finding.severity,
        "message": finding.message,
        "mixin": finding.mixin,
        "subject": finding.subject,
    }
    if finding.origin is not None:
        fields |= {"file": finding.origin.relative, "line": finding.origin.line}
    if finding.text:
        fields |= {"expr": finding.text, "spans": finding.spans}
    if finding.fix is not None:
        fields["fix"] = str(finding.fix)
    return fields
