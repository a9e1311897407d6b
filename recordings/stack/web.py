"""Apache and nginx with their exporters, and what goes wrong with them and their certificates."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import threading
import time
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from recordings.load import Load
from recordings.rig import Incident, Rig, meanwhile, wait_for

from .pages import HOST, PAGES, SHOP, Pages, page, probed

APACHE, NGINX = 8082, 8081
TLS: Final = {"www": 8443, "api": 8444}
APACHE_EXPORTER, NGINX_EXPORTER = 9117, 9113
WORKERS: Final = 32
CONNECTIONS: Final = 1024
LISTENING: Final = 4
"""Of these, for nginx' own use."""
TARGETS: Final = {
    "apache": [f"{HOST}:{APACHE_EXPORTER}"],
    "nginx": [f"{HOST}:{NGINX_EXPORTER}"],
}
MIXINS: Final = ("apache", "nginx")
PROBED: Final = [*map(page, PAGES), *(f"https://{HOST}:{port}/" for port in TLS.values())]

APACHE_CONFIG: Final = """\
ServerName localhost
ServerRoot "{root}"
PidFile "{root}/apache.pid"
Listen {host}:{port}
LoadModule mpm_event_module {modules}/mod_mpm_event.so
LoadModule authz_core_module {modules}/mod_authz_core.so
LoadModule status_module {modules}/mod_status.so
LoadModule proxy_module {modules}/mod_proxy.so
LoadModule proxy_http_module {modules}/mod_proxy_http.so
User www-data
Group www-data
ErrorLog "{root}/apache-error.log"
ServerLimit 1
StartServers 1
ThreadsPerChild {workers}
MaxRequestWorkers {workers}
ExtendedStatus On
<Location "/server-status">
  SetHandler server-status
</Location>
ProxyPass "/shop/" "http://{host}:{shop}/" timeout=600
"""
NGINX_CONFIG: Final = """\
daemon off;
user www-data;
worker_processes 1;
worker_rlimit_nofile 4096;
pid nginx.pid;
events {{ worker_connections {connections}; }}
http {{
  access_log off;
  client_header_timeout 1h;
  client_body_temp_path body;
  proxy_temp_path proxy;
  fastcgi_temp_path fastcgi;
  uwsgi_temp_path uwsgi;
  scgi_temp_path scgi;
  server {{
    listen {host}:{port};
    location = /status {{ stub_status; }}
    location / {{ return 200 "welcome"; }}
  }}
{tls}}}
"""
TLS_SERVER: Final = """\
  server {{
    listen {host}:{port} ssl;
    ssl_certificate {name}.crt;
    ssl_certificate_key {name}.key;
    location / {{ return 200 "welcome"; }}
  }}
"""


class Web:
    """The servers, the requests that are sent to them, and the incidents."""

    def __init__(self, rig: Rig, pages: Pages) -> None:
        self._rig = rig
        self._root = rig.folder("web")
        self._root.chmod(0o755)
        self._pages = pages
        for name in TLS:
            self._certify(name, 300)
        self._apache = self._start_apache()
        self._nginx = self._start_nginx()
        self._start_exporters()
        Load(rig, lambda: _get(f"http://{HOST}:{APACHE}/shop/buy"), rate=6, workers=64)
        self._load = Load(rig, lambda: _get(f"http://{HOST}:{NGINX}/"), rate=30)

    def _certify(self, name: str, days: float) -> None:
        """Make a certificate that expires in so many days."""
        until = datetime.now(UTC) + timedelta(days=days)
        key, request, certificate = (self._root / f"{name}.{end}" for end in ("key", "csr", "crt"))
        if not key.exists():
            _run("openssl", "genrsa", "-out", key, "2048")
        _run("openssl", "req", "-new", "-key", key, "-subj", f"/CN={name}.example", "-out", request)
        ca = self._root / f"{name}-ca"
        ca.mkdir(exist_ok=True)
        (ca / "index.txt").write_text("")
        (ca / "serial").write_text(f"{time.time_ns():x}"[-8:])
        (ca / "ca.cnf").write_text(
            f"[ca]\ndefault_ca=d\n[d]\ndatabase={ca}/index.txt\nserial={ca}/serial\nnew_certs_dir={ca}\n"
            "default_md=sha256\npolicy=p\n[p]\ncommonName=supplied\n"
        )
        _run(
            "openssl",
            *("ca", "-batch", "-selfsign", "-config", ca / "ca.cnf", "-keyfile", key),
            *("-in", request, "-out", certificate, "-notext"),
            *("-enddate", f"{until:%Y%m%d%H%M%SZ}"),
        )

    def _start_apache(self) -> subprocess.Popen[bytes]:
        config = self._root / "apache.conf"
        config.write_text(
            APACHE_CONFIG.format(
                root=self._root,
                host=HOST,
                port=APACHE,
                modules="/usr/lib/apache2/modules",
                workers=WORKERS,
                shop=SHOP,
            )
        )
        process = self._rig.spawn("apache", "apache2", "-DFOREGROUND", "-f", config)
        wait_for(f"http://{HOST}:{APACHE}/server-status?auto")
        return process

    def _start_nginx(self) -> subprocess.Popen[bytes]:
        tls = "".join(
            TLS_SERVER.format(host=HOST, port=port, name=name) for name, port in TLS.items()
        )
        (self._root / "nginx.conf").write_text(
            NGINX_CONFIG.format(host=HOST, port=NGINX, connections=CONNECTIONS, tls=tls)
        )
        process = self._rig.spawn(
            "nginx", "nginx", "-p", self._root, "-c", "nginx.conf", "-e", "nginx-error.log"
        )
        wait_for(f"http://{HOST}:{NGINX}/status")
        return process

    def _start_exporters(self) -> None:
        self._rig.spawn(
            "apache-exporter",
            "prometheus-apache-exporter",
            f"--scrape_uri=http://{HOST}:{APACHE}/server-status?auto",
            f"--telemetry.address={HOST}:{APACHE_EXPORTER}",
        )
        self._rig.spawn(
            "nginx-exporter",
            "prometheus-nginx-exporter",
            f"-nginx.scrape-uri=http://{HOST}:{NGINX}/status",
            f"-web.listen-address={HOST}:{NGINX_EXPORTER}",
        )
        for (target,) in TARGETS.values():
            wait_for(f"http://{target}/metrics")

    # What is done on purpose.

    @contextlib.contextmanager
    def _held_workers(self) -> Iterator[None]:
        """Ask for a page that takes minutes, nearly as often as there are workers."""
        self._pages.waits["/report"] = self._rig.seconds(5)

        def report(_over: threading.Event) -> None:
            with contextlib.suppress(OSError):
                _get(f"http://{HOST}:{APACHE}/shop/report", patience=600)

        with meanwhile(report, copies=round(0.92 * WORKERS)):
            yield

    @contextlib.contextmanager
    def _killed_apache(self) -> Iterator[None]:
        os.killpg(self._apache.pid, signal.SIGKILL)
        self._apache.wait()
        yield
        self._apache = self._start_apache()

    @contextlib.contextmanager
    def _held_connections(self) -> Iterator[None]:
        """Begin requests that never end, nearly as many as nginx may have connections."""
        with contextlib.ExitStack() as stack:
            _begin_requests(stack, round(0.9 * CONNECTIONS))
            yield

    @contextlib.contextmanager
    def _too_many_connections(self) -> Iterator[None]:
        """Hold all connections but ten, and come in bursts of thirty more."""

        def burst(over: threading.Event) -> None:
            while not over.wait(1.0):
                with contextlib.ExitStack() as stack, contextlib.suppress(OSError):
                    _begin_requests(stack, 30)
                    over.wait(0.3)

        with contextlib.ExitStack() as stack:
            _begin_requests(stack, CONNECTIONS - LISTENING - 10)
            stack.enter_context(meanwhile(burst))
            yield

    @contextlib.contextmanager
    def _little_traffic(self) -> Iterator[None]:
        self._load.rate = 3
        yield
        self._load.rate = 30

    @contextlib.contextmanager
    def _killed_nginx(self) -> Iterator[None]:
        os.killpg(self._nginx.pid, signal.SIGKILL)
        self._nginx.wait()
        yield
        self._nginx = self._start_nginx()

    @contextlib.contextmanager
    def _expiring(self, name: str, days: float) -> Iterator[None]:
        """Serve a certificate that expires soon; it is renewed at the end."""
        self._certify(name, days)
        self._nginx.send_signal(signal.SIGHUP)
        yield
        self._certify(name, 90)
        self._nginx.send_signal(signal.SIGHUP)

    def incidents(self) -> tuple[Incident, ...]:
        """Return what is done on purpose, and when."""
        apache, nginx = {"job": "apache"}, {"job": "nginx"}

        return (
            Incident(
                "apache_slow",
                8,
                11,
                "what Apache passes requests on to took 1.8 s",
                apache,
                lambda: self._pages.slow("/buy", 1.8),
                ("ApacheSlow",),
            ),
            Incident(
                "apache_workers_held",
                22,
                5,
                "requests that take five minutes held nine tenths of the workers",
                apache,
                self._held_workers,
                ("ApacheWorkersSaturated", "ApacheSlow"),
            ),
            Incident(
                "apache_killed",
                31,
                3,
                "Apache was killed with SIGKILL and later started anew",
                apache,
                self._killed_apache,
                ("ApacheDown", "ApacheRestarted"),
            ),
            Incident(
                "nginx_connections_held",
                9,
                6,
                "requests that never end held nine tenths of the connections that nginx may have",
                nginx,
                self._held_connections,
                ("NginxConnectionsSaturated",),
            ),
            Incident(
                "nginx_connections_dropped",
                # Not while a certificate changes: a reload brings new connections.
                40,
                6,
                "nearly all connections of nginx were held, and bursts of more came",
                nginx,
                self._too_many_connections,
                ("NginxConnectionsDropped", "NginxConnectionsSaturated"),
            ),
            Incident(
                "nginx_traffic_drop",
                50,
                7,
                "nginx got a tenth of its ordinary requests",
                nginx,
                self._little_traffic,
                ("NginxTrafficDropped",),
            ),
            Incident(
                "nginx_killed",
                64,
                3,
                "nginx was killed with SIGKILL and later started anew",
                {"job": "nginx|blackbox"},
                self._killed_nginx,
                ("NginxDown", "ProbeFailing", "NginxTrafficDropped"),
            ),
            Incident(
                "certificate_expires_soon",
                8,
                14,
                "a certificate was valid for twelve days more; it was renewed at the end",
                probed(PROBED[-2]),
                lambda: self._expiring("www", 12),
                ("ProbeCertificateExpiresSoon",),
            ),
            Incident(
                "certificate_expires",
                25,
                14,
                "a certificate was valid for a day more; it was renewed at the end",
                probed(PROBED[-1]),
                lambda: self._expiring("api", 1),
                ("ProbeCertificateExpires", "ProbeCertificateExpiresSoon"),
            ),
        )


def _get(url: str, patience: float = 10) -> None:
    with urllib.request.urlopen(url, timeout=patience) as answer:
        answer.read()


def _begin_requests(stack: contextlib.ExitStack, number: int) -> None:
    for _ in range(number):
        connection = stack.enter_context(socket.create_connection((HOST, NGINX), timeout=5))
        connection.sendall(b"GET / HTTP/1.1\r\nHost: shop\r\n")
        # Short of connections, nginx closes one of which it has not read anything yet: let it read.
        time.sleep(0.002)


def _run(*command: str | Path) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
