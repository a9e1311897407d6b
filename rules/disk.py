"""Disk families: alerts on how full a filesystem is, and how fast it fills."""

from __future__ import annotations

from mixwright import Alert, Duration, Severity, promql
from mixwright.promql import Expr


def used(free: Expr, size: Expr) -> Expr:
    """Return the used share of a filesystem, or of its inodes: 0 to 1."""
    return 1 - free / size


def projected(free: Expr, *, lookback: str, horizon: str) -> Expr:
    """Return what will be free after `horizon`, on the least-squares line through the last `lookback`."""
    return promql(f"predict_linear({free}[{lookback}], {Duration.parse(horizon).seconds:.0f})")


def one_per_device(size: Expr) -> Expr:
    """Return one series for each device, however often it is mounted.

    Bind mounts and container volumes show one device many times. Its size is the same everywhere
    and hardly ever changes, so `topk` has a tie, and decides it in the order in which Prometheus
    keeps the series: for one of them, and always for the same.
    """
    return promql(f"topk without (mountpoint) (1, {size})")


def fills_within(
    horizon: str,
    *,
    free: Expr,
    size: Expr,
    lookback: str = "6h",
    fuller_than: float = 0.6,
    name: str = "FilesystemFills",
    severity: Severity = Severity.TICKET,
    hold: str = "30m",
    keep_firing: str = "10m",
) -> Alert:
    """Free space falls on a line that reaches zero within `horizon`.

    Use it beside `almost_full`: a slope warns while there is time, a threshold when there is none.
    `free` and `size` are selectors of gauges.

    Guards: the slope alone fires at every log rotation, so the filesystem must also be
    `fuller_than` a share, and `lookback` should span several saw-teeth. Two samples make a line, so
    the series must have been there a whole `lookback` ago; it is looked for ten minutes wide, which
    bridges a gap. A device mounted twice alerts once.

    Cost: one regression over `lookback` for each filesystem.
    """
    is_filling = projected(free, lookback=lookback, horizon=horizon) < 0
    has_history = promql(f"last_over_time({free}[10m] offset {lookback})")
    return Alert(
        name,
        expr=(used(free, size) > fuller_than) & is_filling & has_history & one_per_device(size),
        hold=hold,
        keep_firing=keep_firing,
        severity=severity,
        summary=f"{{{{ $labels.mountpoint }}}} on {{{{ $labels.instance }}}} is full within {horizon}",
        description=f"{{{{ $labels.device }}}} is {{{{ $value | humanizePercentage }}}} full, and "
        f"the line through the last {lookback} reaches the end within {horizon}.",
    )


def almost_full(
    *,
    free: Expr,
    size: Expr,
    fuller_than: float = 0.9,
    what: str = "space",
    name: str = "FilesystemAlmostFull",
    severity: Severity = Severity.TICKET,
    hold: str = "15m",
) -> Alert:
    """Less than `1 - fuller_than` of a filesystem's space, or of its inodes, is free.

    Guards: a filesystem that does not count inodes has 0 of 0, which is NaN and above nothing; a
    device mounted twice alerts once; a short peak passes within `hold`.

    Cost: instant vectors only.
    """
    return Alert(
        name,
        expr=(used(free, size) > fuller_than) & one_per_device(size),
        hold=hold,
        severity=severity,
        summary=f"{{{{ $labels.mountpoint }}}} on {{{{ $labels.instance }}}} is almost out of {what}",
        description="{{ $labels.device }} has used "
        f"{{{{ $value | humanizePercentage }}}} of its {what}.",
    )
