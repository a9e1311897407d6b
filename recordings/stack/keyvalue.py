"""etcd: three members, one of them behind a proxy that can be slow, and what goes wrong with them."""

from __future__ import annotations

import base64
import contextlib
import itertools
import json
import signal
import subprocess
import threading
from collections.abc import Iterator
from functools import partial
from typing import Any, Final

from recordings.load import Load, Proxy
from recordings.rig import Incident, Rig, fetch, meanwhile, patiently, wait_for

HOSTS: Final = ("127.0.0.1", "127.0.0.2", "127.0.0.3")
CLIENTS, PEERS, BEHIND_PROXY = 2379, 2380, 12380
QUOTA: Final = 24 * 1024 * 1024
FILLED: Final = 0.9
TARGETS: Final = {"etcd": [f"{host}:{CLIENTS}" for host in HOSTS]}
MIXINS: Final = ("etcd",)


class KeyValue:
    """The members, what is written to them, and the incidents."""

    def __init__(self, rig: Rig) -> None:
        self._rig = rig
        cluster = ",".join(
            f"m{number}=http://{host}:{PEERS}" for number, host in enumerate(HOSTS, start=1)
        )
        self._way = Proxy(rig, (HOSTS[2], PEERS), (HOSTS[2], BEHIND_PROXY))
        self._members: dict[str, subprocess.Popen[bytes]] = {}
        for number, host in enumerate(HOSTS, start=1):
            self._members[host] = rig.spawn(
                f"etcd-{number}",
                "etcd",
                f"--name=m{number}",
                f"--data-dir=etcd-{number}",
                f"--listen-client-urls=http://{host}:{CLIENTS}",
                f"--advertise-client-urls=http://{host}:{CLIENTS}",
                f"--listen-peer-urls=http://{host}:{BEHIND_PROXY if host == HOSTS[2] else PEERS}",
                f"--initial-advertise-peer-urls=http://{host}:{PEERS}",
                f"--initial-cluster={cluster}",
                f"--quota-backend-bytes={QUOTA}",
                "--auto-compaction-mode=periodic",
                "--auto-compaction-retention=2m",
            )
        for host in HOSTS:
            wait_for(f"http://{host}:{CLIENTS}/health")
        count = itertools.count()
        Load(rig, lambda: self._put(f"key-{next(count) % 500}", "a value"), rate=12)

    def _ask(self, host: str, path: str, **body: object) -> Any:
        return json.loads(fetch(f"http://{host}:{CLIENTS}/v3/{path}", method="POST", body=body))

    def _put(self, key: str, value: str, host: str = HOSTS[0]) -> None:
        self._ask(host, "kv/put", key=_coded(key), value=_coded(value))
        self._ask(host, "kv/range", key=_coded(key))

    def _leader(self) -> str:
        for host in HOSTS:
            answer = self._ask(host, "maintenance/status")
            if answer["header"]["member_id"] == answer["leader"]:
                return host
        raise ValueError("no member leads")

    @contextlib.contextmanager
    def _elections(self) -> Iterator[None]:
        """Pause whoever leads for six seconds, every two minutes."""

        def run(over: threading.Event) -> None:
            while not over.is_set():
                with contextlib.suppress(ValueError, OSError):
                    leader = self._members[self._leader()]
                    leader.send_signal(signal.SIGSTOP)
                    over.wait(6)
                    leader.send_signal(signal.SIGCONT)
                over.wait(self._rig.seconds(2))

        with meanwhile(run):
            yield

    @contextlib.contextmanager
    def _slow_peer(self) -> Iterator[None]:
        """Add 150 ms to each way to and from the third member."""
        self._way.delay = 0.15
        yield
        self._way.delay = 0.0

    @contextlib.contextmanager
    def _no_quorum(self) -> Iterator[None]:
        """Pause two of the three members."""
        for host in HOSTS[1:]:
            self._members[host].send_signal(signal.SIGSTOP)
        yield
        for host in HOSTS[1:]:
            self._members[host].send_signal(signal.SIGCONT)

    @contextlib.contextmanager
    def _full(self) -> Iterator[None]:
        """Write large values until little of the quota is left; delete, compact and defragment at the end."""
        for number in range(1000):
            if int(self._ask(HOSTS[0], "maintenance/status")["dbSize"]) > FILLED * QUOTA:
                break
            self._put(f"large-{number}", "x" * 200_000)
        yield
        self._ask(HOSTS[0], "kv/deleterange", key=_coded("large-"), range_end=_coded("large."))
        revision = self._ask(HOSTS[0], "maintenance/status")["header"]["revision"]
        self._ask(HOSTS[0], "kv/compaction", revision=revision, physical=True)
        for host in HOSTS:
            patiently(partial(self._ask, host, "maintenance/defragment"), OSError)

    def incidents(self) -> tuple[Incident, ...]:
        """Return what is done on purpose, and when."""
        return (
            Incident(
                "etcd_elections",
                9,
                8,
                "whoever led was paused for six seconds every two minutes, and another was elected",
                {"job": "etcd"},
                self._elections,
                ("EtcdLeaderUnstable",),
            ),
            Incident(
                "etcd_peer_slow",
                20,
                14,
                "the way to one of the members took 0.3 s there and back",
                {"job": "etcd"},
                self._slow_peer,
                ("EtcdPeerSlow",),
            ),
            Incident(
                "etcd_quorum_lost",
                37,
                5,
                "two of three members were paused; nothing could be written",
                {"job": "etcd"},
                self._no_quorum,
                ("EtcdNoQuorum", "EtcdNoLeader", "EtcdMemberDown", "EtcdRequestsFail"),
            ),
            Incident(
                "etcd_almost_full",
                44,
                14,
                "large values filled nine tenths of the quota; they were deleted at the end",
                {"job": "etcd"},
                self._full,
                ("EtcdDatabaseAlmostFull",),
            ),
        )


def _coded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
