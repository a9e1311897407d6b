"""Record the services of a shop and the monitoring that watches them, while both have trouble.

Everything listens on loopback. The script starts MariaDB with a replica, three members of etcd, Apache, nginx, probes
of what they serve, two Alertmanagers, Grafana, and a Prometheus that scrapes them all and evaluates the compiled rules
of their mixins; it sends them load, and causes the incidents of the schedule by the clock. Begin and end of each are
written to `incidents.yaml`, what receivers were told to `notifications.jsonl`. Run it as root from the top of the
repository: `python -m recordings.stack.record --out DIR`. It takes 75 minutes and half a processor.
"""

from __future__ import annotations

import resource
import shutil
import sys
from pathlib import Path
from types import ModuleType
from typing import Final, Protocol

from recordings import rig

from . import alertmanager, databases, grafana, keyvalue, pages, prometheus, web

COMPILED: Final = Path(__file__).resolve().parents[2] / "out"
LENGTH_MINUTES: Final = 75.0
PROGRAMS: Final = {
    "mariadbd": "apt-get install mariadb-server",
    "prometheus-mysqld-exporter": "apt-get install prometheus-mysqld-exporter",
    "etcd": "apt-get install etcd-server",
    "apache2": "apt-get install apache2",
    "prometheus-apache-exporter": "apt-get install prometheus-apache-exporter",
    "nginx": "apt-get install nginx-light",
    "prometheus-nginx-exporter": "apt-get install prometheus-nginx-exporter",
    "prometheus-blackbox-exporter": "apt-get install prometheus-blackbox-exporter",
    "openssl": "apt-get install openssl",
}


class Part(Protocol):
    """Something that runs, and with which something goes wrong."""

    def incidents(self) -> tuple[rig.Incident, ...]:
        """Return what is done on purpose, and when."""
        ...


def main() -> int:
    """Read the command line and record."""
    parser = rig.parser("stack", str(__doc__), interval="15s", dry_run="0.05 takes 4 minutes")
    parser.add_argument(
        "--prometheus", default="prometheus", help="the server's program (default: %(default)s)"
    )
    parser.add_argument(
        "--alertmanager",
        default="prometheus-alertmanager",
        help="Alertmanager's program (default: %(default)s)",
    )
    parser.add_argument(
        "--grafana", type=Path, metavar="DIR", help="an installed Grafana; without it there is none"
    )
    options = parser.parse_args()
    needed = {
        **PROGRAMS,
        options.prometheus: "--prometheus",
        options.alertmanager: "--alertmanager",
    }

    def record(setup: rig.Rig) -> None:
        # For a thousand connections to nginx.
        resource.setrlimit(resource.RLIMIT_NOFILE, (4096, 4096))
        # As they are now, whatever is compiled meanwhile.
        compiled = Path(shutil.copytree(COMPILED, setup.out / "compiled"))
        modules: list[ModuleType] = [databases, keyvalue, pages, web, alertmanager]
        shop = pages.Pages(setup)
        parts: list[Part] = [
            databases.Databases(setup),
            keyvalue.KeyValue(setup),
            shop,
            web.Web(setup, shop),
            alertmanager.Alertmanagers(setup, options.alertmanager, compiled),
        ]
        if options.grafana is not None:
            modules.append(grafana)
            parts.append(grafana.Grafana(setup, options.grafana, compiled))
        names = [name for module in (*modules, prometheus) for name in module.MIXINS]
        rules = [compiled / name / "rules" / f"{name}.yaml" for name in names]
        targets = {job: of for module in modules for job, of in module.TARGETS.items()}
        parts.append(prometheus.Prometheus(setup, options.prometheus, rules, targets, web.PROBED))
        schedule = [incident for part in parts for incident in part.incidents()]
        rig.play(setup, schedule, LENGTH_MINUTES)
        rig.snapshot(setup, prometheus.LISTEN)

    return rig.run(options, needed, ("pymysql", "yaml"), record)


if __name__ == "__main__":
    sys.exit(main())
