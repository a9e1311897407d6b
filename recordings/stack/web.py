"""Apache and nginx with their exporters, the shop behind them, and probes of it all from outside."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import threading
import time
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final

from recordings.rig import Incident, Rig, wait_for

from .load import Load

HOST: Final = "127.0.0.1"
APACHE, NGINX, SHOP = 8082, 8081, 8090
TLS: Final = {"www": 8443, "api": 8444}
APACHE_EXPORTER, NGINX_EXPORTER, BLACKBOX = 9117, 9113, 9115
WORKERS: Final = 32
CONNECTIONS: Final = 1024
LISTENING: Final = 4
"""Of these, for nginx' own use."""
PAGES: Final = ("/cart", "/search", "/login")
PROBED: Final = (
    *(f"http://{HOST}:{SHOP}{page}" for page in PAGES),
    *(f"https://{HOST}:{port}/" for port in TLS.values()),
)
TARGETS: Final = {
    "apache": [f"{HOST}:{APACHE_EXPORTER}"],
    "nginx": [f"{HOST}:{NGINX_EXPORTER}"],
}
EXPORTER: Final = f"{HOST}:{BLACKBOX}"

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
ProxyPass "/shop/" "http://{host}:{shop}/"
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
BLACKBOX_CONFIG: Final = """\
modules:
  http_2xx:
    prober: http
    timeout: 8s
    http:
      preferred_ip_protocol: ip4
      tls_config: {insecure_skip_verify: true}
"""


class Web:
    """The servers, the requests that are sent to them, and the incidents."""

    def __init__(self, rig: Rig) -> None:
        self._rig = rig
        self._root = rig.folder("web")
        self._root.chmod(0o755)
        self._waits: dict[str, float] = {}
        self._fails: set[str] = set()
        self._serve_shop()
        for name in TLS:
            self._certify(name, 300)
        self._apache = self._start_apache()
        self._nginx = self._start_nginx()
        self._start_exporters()
        Load(rig, "apache", lambda: _get(f"http://{HOST}:{APACHE}/shop/buy"), rate=6, workers=64)
        self._load = Load(rig, "nginx", lambda: _get(f"http://{HOST}:{NGINX}/"), rate=30)

    def _serve_shop(self) -> None:
        waits, fails = self._waits, self._fails

        class Shop(BaseHTTPRequestHandler):
            """Answers every page, as late and as badly as it is told to."""

            def do_GET(self) -> None:
                time.sleep(waits.get(self.path, 0.02))
                self.send_response(500 if self.path in fails else 200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        server = ThreadingHTTPServer((HOST, SHOP), Shop)
        server.daemon_threads = True
        self._rig.stack.callback(server.shutdown)
        threading.Thread(target=server.serve_forever, name="shop").start()

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
        config = self._root / "blackbox.yml"
        config.write_text(BLACKBOX_CONFIG)
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
        self._rig.spawn(
            "blackbox-exporter",
            "prometheus-blackbox-exporter",
            f"--config.file={config}",
            f"--web.listen-address={HOST}:{BLACKBOX}",
        )
        for target in (*(one for (one,) in TARGETS.values()), EXPORTER):
            wait_for(f"http://{target}/metrics")

    # What is done on purpose.

    @contextlib.contextmanager
    def _slow_shop(self) -> Iterator[None]:
        self._waits["/buy"] = 1.8
        yield
        self._waits["/buy"] = 0.02

    @contextlib.contextmanager
    def _held_workers(self) -> Iterator[None]:
        """Ask for a page that takes minutes, nearly as often as there are workers."""
        self._waits["/report"] = self._rig.seconds(5)
        held = round(0.92 * WORKERS)
        threads = [threading.Thread(target=_report) for _ in range(held)]
        for thread in threads:
            thread.start()
        yield
        for thread in threads:
            thread.join()

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
        over = threading.Event()

        def burst() -> None:
            while not over.wait(1.0):
                with contextlib.ExitStack() as stack, contextlib.suppress(OSError):
                    _begin_requests(stack, 30)
                    over.wait(0.3)

        with contextlib.ExitStack() as stack:
            _begin_requests(stack, CONNECTIONS - LISTENING - 10)
            thread = threading.Thread(target=burst)
            thread.start()
            yield
            over.set()
            thread.join()

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
    def _failing(self) -> Iterator[None]:
        self._fails.add("/cart")
        yield
        self._fails.discard("/cart")

    @contextlib.contextmanager
    def _flapping(self) -> Iterator[None]:
        """Let a page fail for three quarters of a minute, and work for as long."""
        over = threading.Event()

        def turn() -> None:
            while not over.wait(self._rig.seconds(0.75)):
                self._fails.symmetric_difference_update({"/search"})
            self._fails.discard("/search")

        thread = threading.Thread(target=turn)
        thread.start()
        yield
        over.set()
        thread.join()

    @contextlib.contextmanager
    def _slow_page(self) -> Iterator[None]:
        self._waits["/login"] = 3.0
        yield
        self._waits["/login"] = 0.02

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

        def probed(url: str) -> dict[str, str]:
            return {"job": "blackbox", "instance": re.escape(url)}

        return (
            Incident(
                "apache_slow",
                8,
                11,
                "what Apache passes requests on to took 1.8 s",
                apache,
                self._slow_shop,
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
                "page_failing",
                12,
                4,
                "a page answered with status 500",
                probed(PROBED[0]),
                self._failing,
                ("ProbeFailing",),
            ),
            Incident(
                "page_flapping",
                18,
                10,
                "a page failed for three quarters of a minute, and worked for as long, again and again",
                probed(PROBED[1]),
                self._flapping,
                ("ProbeFlapping",),
            ),
            Incident(
                "page_slow",
                30,
                14,
                "a page took three seconds",
                probed(PROBED[2]),
                self._slow_page,
                ("ProbeSlow",),
            ),
            Incident(
                "certificate_expires_soon",
                8,
                14,
                "a certificate was valid for twelve days more; it was renewed at the end",
                probed(PROBED[3]),
                lambda: self._expiring("www", 12),
                ("ProbeCertificateExpiresSoon",),
            ),
            Incident(
                "certificate_expires",
                25,
                14,
                "a certificate was valid for a day more; it was renewed at the end",
                probed(PROBED[4]),
                lambda: self._expiring("api", 1),
                ("ProbeCertificateExpires", "ProbeCertificateExpiresSoon"),
            ),
        )


def _get(url: str) -> None:
    with urllib.request.urlopen(url, timeout=10) as answer:
        answer.read()


def _report() -> None:
    with (
        contextlib.suppress(OSError),
        urllib.request.urlopen(f"http://{HOST}:{APACHE}/shop/report", timeout=600) as answer,
    ):
        answer.read()


def _begin_requests(stack: contextlib.ExitStack, number: int) -> None:
    for _ in range(number):
        connection = stack.enter_context(socket.create_connection((HOST, NGINX), timeout=5))
        connection.sendall(b"GET / HTTP/1.1\r\nHost: shop\r\n")
        # Short of connections, nginx closes one of which it has not read anything yet: let it read.
        time.sleep(0.002)


def _run(*command: str | Path) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
