"""What a machine says about itself: the expressions that panels show and alerts judge."""

from __future__ import annotations

import attrs

from mixwright import Alert, promql
from mixwright.promql import Expr
from mixwright.standard.rules import clock, disk, errors, saturation


@attrs.frozen(kw_only=True)
class Signals:
    """Expressions over the metrics of node_exporter; the fields are matchers of what is looked at.

    The defaults leave out what is no hardware of the machine: memory and overlays that look like
    filesystems, media, and the interfaces of containers.
    """

    filesystems: str = 'fstype!~"tmpfs|ramfs|overlay|squashfs|iso9660|erofs|autofs|nsfs|fuse.lxcfs"'
    disks: str = 'device!~"(ram|loop|fd|sr|zram)[0-9]+"'
    interfaces: str = 'device!~"lo|veth.*|cali.*|cilium.*|lxc.*|tap.*|docker.*|br-.*|virbr.*"'

    def __attrs_post_init__(self) -> None:
        """Parse the matchers, so that a mistake is reported where they are written."""
        for matchers in (self.filesystems, self.disks, self.interfaces):
            promql(f"up{{{matchers}}}")

    # Processors

    # A processor that waits for a disk has time for others; one that the hypervisor took away has
    # none.
    cpu_busy = promql(
        "1 - avg without (cpu) (sum without (mode) "
        '(rate(node_cpu_seconds_total{mode=~"idle|iowait"}[2m])))'
    )
    # Niced work is there to use what others leave. It yields to them, though not always all: the
    # kernel shares out among sessions and cgroups first, and by niceness only inside of them.
    cpu_busy_unniced = promql(
        "1 - avg without (cpu) (sum without (mode) "
        '(rate(node_cpu_seconds_total{mode=~"idle|iowait|nice"}[2m])))'
    )
    cpu_modes = promql(
        'avg without (cpu) (rate(node_cpu_seconds_total{mode!~"idle|steal|guest.*"}[5m]))'
    )
    cpu_waiting = promql("rate(node_pressure_cpu_waiting_seconds_total[5m])")
    cpu_stolen = promql('avg without (cpu) (rate(node_cpu_seconds_total{mode="steal"}[5m]))')

    # Memory

    memory_used = promql("1 - node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes")
    memory_available = promql("node_memory_MemAvailable_bytes")
    memory_waiting = promql("rate(node_pressure_memory_waiting_seconds_total[5m])")
    oom_kills = promql("node_vmstat_oom_kill")
    oom_killed = promql("increase(node_vmstat_oom_kill[15m])")

    # Clock, targets, connections

    up = promql("up")
    time = promql("node_time_seconds")
    clock_skew = clock.skew(promql("node_time_seconds"))
    synchronised = promql("node_timex_sync_status")
    uptime = promql("time() - node_boot_time_seconds")
    connections_tracked = saturation.share(
        promql("node_nf_conntrack_entries"), promql("node_nf_conntrack_entries_limit")
    )
    io_waiting = promql("rate(node_pressure_io_waiting_seconds_total[5m])")

    def _filesystem(self, metric: str) -> Expr:
        return promql(f"node_filesystem_{metric}{{{self.filesystems}}}")

    @property
    def free(self) -> Expr:
        """Return the bytes that ordinary users may still write."""
        return self._filesystem("avail_bytes")

    @property
    def size(self) -> Expr:
        """Return the bytes of each filesystem."""
        return self._filesystem("size_bytes")

    @property
    def space_used(self) -> Expr:
        """Return the used share of each filesystem."""
        return disk.used(self.free, self.size)

    @property
    def inodes_free(self) -> Expr:
        """Return how many files can still be created."""
        return self._filesystem("files_free")

    @property
    def inodes(self) -> Expr:
        """Return how many files a filesystem can have; 0 where it does not count."""
        return self._filesystem("files")

    @property
    def inodes_used(self) -> Expr:
        """Return the used share of inodes."""
        return disk.used(self.inodes_free, self.inodes)

    @property
    def read_only(self) -> Expr:
        """Return 1 for filesystems that refuse writes."""
        return self._filesystem("readonly")

    @property
    def device_errors(self) -> Expr:
        """Return 1 for filesystems that could not be asked."""
        return self._filesystem("device_error")

    def disk_rate(self, metric: str) -> Expr:
        """Return a counter of each disk per second: `io_time_seconds`, `read_bytes` and so on."""
        return promql(f"rate(node_disk_{metric}_total{{{self.disks}}}[5m])")

    def network(self, metric: str) -> Expr:
        """Return a counter of each interface: `receive_bytes`, `transmit_errs` and so on."""
        return promql(f"node_network_{metric}_total{{{self.interfaces}}}")

    def network_rate(self, metric: str) -> Expr:
        """Return a counter of each interface per second."""
        return promql(f"rate({self.network(metric)}[5m])")

    def network_failing(self, direction: str) -> Expr:
        """Return the share of packets with errors, `receive` or `transmit`."""
        return errors.share(self.network(f"{direction}_errs"), self.network(f"{direction}_packets"))


@attrs.frozen(kw_only=True)
class Alerts:
    """The alerts that each panel draws; a dashboard is complete without any."""

    up: tuple[Alert, ...] = ()
    gone: tuple[Alert, ...] = ()
    cpu: tuple[Alert, ...] = ()
    memory: tuple[Alert, ...] = ()
    oom: tuple[Alert, ...] = ()
    fills_within_hour: tuple[Alert, ...] = ()
    fills_within_day: tuple[Alert, ...] = ()
    space: tuple[Alert, ...] = ()
    inodes: tuple[Alert, ...] = ()
    read_only: tuple[Alert, ...] = ()
    clock: tuple[Alert, ...] = ()
    synchronised: tuple[Alert, ...] = ()
    connections: tuple[Alert, ...] = ()
    network: tuple[Alert, ...] = ()
