"""Filesystem families: alerts on filesystems that stop being writable."""

from __future__ import annotations

from mixwright import Alert, Severity, promql
from mixwright.promql import Expr

from .disk import one_per_device


def read_only(
    flag: Expr,
    *,
    size: Expr,
    name: str = "FilesystemReadOnly",
    severity: Severity = Severity.TICKET,
    hold: str = "2m",
) -> Alert:
    """A filesystem that was writable within the last day is read-only now.

    Linux remounts a filesystem read-only after I/O errors. `flag` selects a gauge that is 1 for
    read-only, `size` one with the same labels.

    Guards: what is read-only on purpose (images, media) never was writable, and stays silent; a
    device mounted twice alerts once. The alert ends after a day, when nobody remembers otherwise.

    Cost: a minimum over one day for each filesystem.
    """
    was_writable = promql(f"min_over_time({flag}[1d])").eq(0)
    return Alert(
        name,
        expr=flag.eq(1) & was_writable & one_per_device(size),
        hold=hold,
        severity=severity,
        summary="{{ $labels.mountpoint }} on {{ $labels.instance }} has become read-only",
        description="{{ $labels.device }} was writable within the last day and refuses writes now.",
    )
