"""node_exporters, one of them with small filesystems of its own."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from recordings.rig import Rig, wait_for

PORT: Final = 9100
PROGRAMS: Final = {
    "prometheus-node-exporter": "apt-get install prometheus-node-exporter",
    "mkfs.ext4": "apt-get install e2fsprogs",
    "unshare": "apt-get install util-linux",
    "mount": "apt-get install mount",
}
COLLECTORS: Final = (
    *(
        "conntrack",
        "cpu",
        "diskstats",
        "filefd",
        "filesystem",
        "loadavg",
        "meminfo",
        "netclass",
        "netdev",
        "netstat",
    ),
    *("os", "pressure", "sockstat", "softnet", "stat", "time", "timex", "uname", "vmstat"),
)
FLAGS: Final = (
    "--collector.disable-defaults",
    "--web.disable-exporter-metrics",
    *(f"--collector.{name}" for name in COLLECTORS),
    "--collector.netdev.device-exclude=^ifb",
    "--collector.netclass.ignored-devices=^ifb",
    "--collector.filesystem.mount-points-exclude=^/(srv|(dev|proc|run|sys|mnt)(/.*)?)$",
)


@dataclass(frozen=True)
class Filesystem:
    """A small ext4 filesystem: its size, the share that is filled at first, and how many files it can have."""

    mib: int
    filled: float = 0.0
    inodes: int | None = None


def start_exporter(rig: Rig, host: str) -> subprocess.Popen[bytes]:
    """Start a node_exporter and wait until it answers."""
    listen = f"--web.listen-address={host}:{PORT}"
    process = rig.spawn(f"node-{host}", "prometheus-node-exporter", *FLAGS, listen)
    wait_for(f"http://{host}:{PORT}/metrics")
    return process


def start_with_filesystems(rig: Rig, host: str, filesystems: Mapping[str, Filesystem]) -> Path:
    """Start a node_exporter in a mount namespace with filesystems by mount point, below `/srv`; return its root.

    When its last process ends the kernel takes the namespace apart: it unmounts the filesystems and frees the loop
    devices, even if this script was killed.
    """
    # A tmpfs over /srv, which is excluded above, so that the mount points need not exist on the machine itself.
    script = "set -e; mount -t tmpfs tmpfs /srv; "
    for mountpoint, filesystem in filesystems.items():
        image = rig.folder("images") / f"{Path(mountpoint).name}.ext4"
        with image.open("wb") as file:
            file.truncate(filesystem.mib * 1024 * 1024)
        inodes = () if filesystem.inodes is None else ("-N", str(filesystem.inodes))
        subprocess.run(["mkfs.ext4", "-q", "-F", *inodes, image], check=True)
        script += f"mkdir {mountpoint}; mount -o loop '{image}' {mountpoint}; "
    # node_exporter lists the mounts of process 1 where it can, so it must find its own namespace's list there.
    script += "mount --bind /proc/$$/mounts /proc/1/mounts; "
    script += 'exec prometheus-node-exporter "$@"'
    exporter = rig.spawn(
        f"node-{host}",
        *("unshare", "--mount", "--propagation", "private", "sh", "-c", script, "sh"),
        *(*FLAGS, f"--web.listen-address={host}:{PORT}"),
    )
    wait_for(f"http://{host}:{PORT}/metrics")

    # The namespace is entered through the exporter's root, so that this script needs no namespace of its own.
    inside = Path(f"/proc/{exporter.pid}/root")
    for mountpoint, filesystem in filesystems.items():
        with (inside / mountpoint[1:] / "base.img").open("wb") as file:
            for _ in range(int(filesystem.filled * filesystem.mib)):
                file.write(os.urandom(1024 * 1024))
    return inside
