"""Findings as SARIF 2.1.0, which code-scanning services read.

Source: OASIS, Static Analysis Results Interchange Format 2.1.0.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from importlib.metadata import version
from typing import Any
from urllib.parse import quote

from mixwright.lint.check import Check, Finding
from mixwright.lint.runner import all_checks

_LEVELS = {"error": "error", "warning": "warning", "info": "note"}


def render(findings: Sequence[Finding]) -> str:
    """Return one run with all findings, and the pages of the checks that made them."""
    found = {finding.code for finding in findings}
    checks = [check for check in all_checks() if check.code in found]
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "mixwright",
                        "semanticVersion": version("mixwright"),
                        "rules": [_rule(check) for check in checks],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "results": [_result(finding) for finding in findings],
            }
        ],
    }
    return json.dumps(log, indent=2, ensure_ascii=False) + "\n"


def _rule(check: Check[Any]) -> dict[str, object]:
    summary, _, rest = check.page.partition("\n")
    address = check.page.rpartition("## Upstream\n")[2].split()[0]
    return {
        "id": check.code,
        "shortDescription": {"text": summary},
        "helpUri": address,
        "help": {"text": check.page, "markdown": rest.strip()},
        "defaultConfiguration": {"level": _LEVELS[check.severity]},
    }


def _result(finding: Finding) -> dict[str, object]:
    shown = f"\n{finding.text}" if finding.text else ""
    location: dict[str, object] = {
        "logicalLocations": [{"fullyQualifiedName": finding.subject}],
    }
    if finding.origin is not None:
        location["physicalLocation"] = {
            "artifactLocation": {"uri": quote(finding.origin.relative)},
            "region": {"startLine": max(1, finding.origin.line)},
        }
    return {
        "ruleId": finding.code,
        "level": _LEVELS[finding.severity],
        "message": {"text": f"{finding.subject}: {finding.message}{shown}"},
        "locations": [location],
        "partialFingerprints": {"finding/v1": _fingerprint(finding)},
    }


def _fingerprint(finding: Finding) -> str:
    """Return what stays the same when lines move."""
    parts = (finding.code, finding.mixin, finding.subject, finding.message, finding.text)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]
