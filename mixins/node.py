"""Nodes: machines watched by node_exporter, from the fleet down to a filesystem, disk or interface."""

from __future__ import annotations

import attrs

from mixwright import Mixin, RuleGroup, Severity
from mixwright.standard.dashboards import node as dashboards
from mixwright.standard.rules import absence, clock, disk, errors, filesystem, flapping, saturation

from ._settings import Settings


@attrs.frozen(kw_only=True)
class Config(Settings):
    """What may differ from one fleet to another; the defaults fit most."""

    selector: str = 'job="node"'
    signals: dashboards.Signals = attrs.field(factory=dashboards.Signals)
    """Which filesystems, disks and interfaces are looked at."""
    cpu_above: float = 0.9
    """Share of processor time from which on processors are saturated …"""
    unniced_above: float = 0.4
    """… if more than this share of it goes to work that is not niced."""
    memory_above: float = 0.95
    """Used share from which on memory is saturated."""
    space_above: float = 0.9
    """Used share from which on a filesystem, or its inodes, is almost full."""
    clock_above: float = 2
    """Seconds by which a clock may be wrong."""


def mixin(config: Config = Config()) -> Mixin:
    """Return the mixin for a fleet."""
    s = config.signals
    down = absence.target_down(s.up, name="NodeDown")
    gone = absence.gone(s.up, what="machines", name="NodesGone")
    flaps = flapping.flapping(s.up, name="NodeFlapping")
    # Two minutes average out a peak, three more tell work from a burst of it. A machine that is full
    # of niced work has been put to good use, and is none of our business.
    cpu = saturation.high(
        s.cpu_busy,
        above=config.cpu_above,
        what="processor time",
        name="NodeCpuSaturated",
        hold="3m",
    )
    cpu = attrs.evolve(cpu, expr=cpu.expr & (s.cpu_busy_unniced > config.unniced_above))
    memory = saturation.high(
        s.memory_used, above=config.memory_above, what="memory", name="NodeMemorySaturated"
    )
    oom = errors.happened(
        s.oom_kills, what="a process was killed for memory", name="NodeOutOfMemoryKill"
    )
    # Full within the hour leaves no time for a ticket.
    fills_within_hour = disk.fills_within(
        "1h",
        free=s.free,
        size=s.size,
        lookback="20m",
        fuller_than=0.5,
        name="NodeFilesystemFillsWithinHour",
        severity=Severity.PAGE,
        hold="3m",
        keep_firing="5m",
    )
    fills_within_day = disk.fills_within(
        "1d", free=s.free, size=s.size, lookback="6h", name="NodeFilesystemFillsWithinDay"
    )
    full = disk.almost_full(
        free=s.free, size=s.size, fuller_than=config.space_above, name="NodeFilesystemAlmostFull"
    )
    inodes = disk.almost_full(
        free=s.inodes_free,
        size=s.inodes,
        fuller_than=config.space_above,
        what="inodes",
        name="NodeInodesAlmostUsed",
    )
    read_only = filesystem.read_only(s.read_only, size=s.size, name="NodeFilesystemReadOnly")
    skewed = clock.skewed(s.time, above=config.clock_above, name="NodeClockSkewed")
    sync_lost = clock.sync_lost(s.synchronised, name="NodeClockSyncLost")
    connections = saturation.high(
        s.connections_tracked,
        above=0.8,
        what="room in the connection table",
        name="NodeConntrackSaturated",
    )
    network = tuple(
        errors.too_many(
            s.network(f"{direction}_errs"),
            s.network(f"{direction}_packets"),
            what=what,
            where="{{ $labels.device }} of {{ $labels.instance }}",
            name=name,
        )
        for direction, what, name in (
            ("receive", "received packets", "NodeNetworkReceiveErrors"),
            ("transmit", "sent packets", "NodeNetworkTransmitErrors"),
        )
    )
    return config.mixin(
        "node",
        version="0.1.0",
        description="Machines watched by node_exporter: processors, memory, disks, network, clock.",
        dashboards=dashboards.fleet(
            s,
            dashboards.Alerts(
                up=(down, flaps),
                gone=(gone,),
                cpu=(cpu,),
                memory=(memory,),
                oom=(oom,),
                fills_within_hour=(fills_within_hour,),
                fills_within_day=(fills_within_day,),
                space=(full,),
                inodes=(inodes,),
                read_only=(read_only,),
                clock=(skewed,),
                synchronised=(sync_lost,),
                connections=(connections,),
                network=network,
            ),
        ),
        rules=(
            RuleGroup("node-targets", interval=config.interval, rules=(down, gone, flaps)),
            RuleGroup(
                "node-resources",
                interval=config.interval,
                rules=(cpu, memory, oom, connections, *network, skewed, sync_lost),
            ),
            RuleGroup(
                "node-filesystems",
                interval=config.interval,
                rules=(fills_within_hour, fills_within_day, full, inodes, read_only),
            ),
        ),
    )


MIXIN = mixin()
