"""Prometheus, which scrapes everything and evaluates the rules of the mixins, and what goes wrong with it."""

from __future__ import annotations

import contextlib
import shutil
import signal
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import yaml
from recordings.load import serve
from recordings.rig import Incident, Rig, fetch, meanwhile, start_prometheus

from .alertmanager import TARGETS as ALERTMANAGERS
from .pages import EXPORTER

LISTEN: Final = "127.0.0.1:9090"
ARCHIVE: Final = ("127.0.0.1", 9098)
TARGETS: Final = {"prometheus": [LISTEN], "legacy": ["127.0.0.1:9999"]}
MIXINS: Final = ("prometheus",)
MOST_QUERIES: Final = 20
NOTHING_READ: Final = b"\x02\x04\x0a\x00"
"""A remote read response with one empty result: protobuf, packed by snappy as one literal."""
PROTOBUF: Final = {"Content-Type": "application/x-protobuf", "Content-Encoding": "snappy"}
SLOW: Final = {
    "groups": [
        {
            "name": "overdue",
            "interval": "2s",
            "rules": [{"record": "archived:up", "expr": 'sum(up{archive="yes"})'}],
        }
    ]
}
FAILING: Final = {
    "groups": [
        {
            "name": "mistaken",
            "interval": "30s",
            # Many jobs on both sides have two targets.
            "rules": [
                {"record": "job:up:share", "expr": "up / on (job) up"},
            ],
        }
    ]
}


def archive(_path: str, _body: bytes) -> tuple[int, bytes]:
    """Answer what Prometheus reads from afar for `{archive="yes"}`: nothing, after some seconds."""
    time.sleep(3.0)
    return 200, NOTHING_READ


class Prometheus:
    """The server that records everything, and the incidents."""

    def __init__(
        self,
        rig: Rig,
        program: str,
        rules: Sequence[Path],
        targets: Mapping[str, Sequence[str]],
        probed: Sequence[str],
    ) -> None:
        serve(rig, ARCHIVE, archive, PROTOBUF)
        self._rules = rig.folder("rules")
        for file in rules:
            shutil.copy(file, self._rules)
        self._config = rig.out / "prometheus.yml"
        scraped = _scraping(rig.interval, {**targets, **TARGETS}, probed)
        self._scraped = yaml.safe_dump(scraped, sort_keys=False)
        self._server = start_prometheus(
            rig, program, LISTEN, self._scraped, f"--query.max-concurrency={MOST_QUERIES}"
        )

    @contextlib.contextmanager
    def _refused_config(self) -> Iterator[None]:
        """Let Prometheus read a configuration with a mistake."""
        self._config.write_text(self._scraped.replace("scrape_timeout: ", "scrape_timeout: 1"))
        self._server.send_signal(signal.SIGHUP)
        yield
        self._config.write_text(self._scraped)
        self._server.send_signal(signal.SIGHUP)

    @contextlib.contextmanager
    def _more_rules(self, rules: object) -> Iterator[None]:
        """Let Prometheus read one more file of rules."""
        extra = self._rules / "more.yaml"
        extra.write_text(yaml.safe_dump(rules))
        self._server.send_signal(signal.SIGHUP)
        yield
        extra.unlink()
        self._server.send_signal(signal.SIGHUP)

    @contextlib.contextmanager
    def _waiting_queries(self) -> Iterator[None]:
        """Ask for what is read from afar, nearly as often at once as Prometheus allows."""
        query = f"http://{LISTEN}/api/v1/query?query=up%7Barchive%3D%22yes%22%7D"

        def ask(over: threading.Event) -> None:
            while not over.is_set():
                with contextlib.suppress(OSError):
                    fetch(query)

        with meanwhile(ask, copies=round(0.9 * MOST_QUERIES)):
            yield

    def incidents(self) -> tuple[Incident, ...]:
        """Return what is done on purpose, and when."""
        prometheus = {"job": "prometheus"}
        return (
            Incident(
                "target_gone",
                0,
                64,
                "a target that was switched off long ago is still configured",
                {"job": "legacy"},
                contextlib.nullcontext,
                ("TargetsDown",),
            ),
            Incident(
                "prometheus_config_refused",
                8,
                14,
                "Prometheus was told to read a configuration with a mistake in it",
                prometheus,
                self._refused_config,
                ("PrometheusConfigRefused",),
            ),
            Incident(
                "rules_fail",
                25,
                10,
                "a rule was added that divides many by many",
                prometheus,
                lambda: self._more_rules(FAILING),
                ("PrometheusRulesFail",),
            ),
            Incident(
                "rules_slow",
                38,
                14,
                "a rule was added that takes longer than the interval of its group",
                prometheus,
                lambda: self._more_rules(SLOW),
                ("PrometheusRulesTooSlow",),
            ),
            Incident(
                "queries_waiting",
                53,
                9,
                "nearly as many queries ran at once as Prometheus allows, all waiting for an archive",
                prometheus,
                self._waiting_queries,
                ("PrometheusQueriesSaturated",),
            ),
        )


def _scraping(
    interval: str, targets: Mapping[str, Sequence[str]], probed: Sequence[str]
) -> dict[str, Any]:
    labels = {"cluster": "stack"}
    probes = [
        {"source_labels": ["__address__"], "target_label": "__param_target"},
        {"source_labels": ["__param_target"], "target_label": "instance"},
        {"target_label": "__address__", "replacement": EXPORTER},
    ]
    jobs: list[dict[str, Any]] = [
        {"job_name": job, "static_configs": [{"targets": list(addresses), "labels": labels}]}
        for job, addresses in targets.items()
    ]
    jobs.append(
        {
            "job_name": "blackbox",
            "metrics_path": "/probe",
            "params": {"module": ["http_2xx"]},
            "static_configs": [{"targets": list(probed), "labels": labels}],
            "relabel_configs": probes,
        }
    )
    return {
        "global": {
            "scrape_interval": interval,
            "scrape_timeout": interval if interval == "1s" else "10s",
        },
        "rule_files": ["rules/*.yaml"],
        "remote_read": [
            {
                "url": "http://{}:{}/".format(*ARCHIVE),
                "required_matchers": {"archive": "yes"},
                "read_recent": True,
            }
        ],
        "alerting": {
            "alertmanagers": [{"static_configs": [{"targets": ALERTMANAGERS["alertmanager"]}]}]
        },
        "scrape_configs": jobs,
    }
