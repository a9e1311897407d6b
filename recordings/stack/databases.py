"""MariaDB: a primary, a replica, their exporters, and what goes wrong with them."""

from __future__ import annotations

import contextlib
import re
import signal
import subprocess
import threading
from collections.abc import Iterator
from typing import Any, Final

import pymysql
from recordings.load import Load
from recordings.rig import Incident, Rig, meanwhile, patiently, wait_for

PRIMARY, REPLICA = "127.0.0.1", "127.0.0.2"
PORT: Final = 3306
EXPORTER_PORT: Final = 9104
MOST: Final = 60
TARGETS: Final = {"mysql": [f"{host}:{EXPORTER_PORT}" for host in (PRIMARY, REPLICA)]}
MIXINS: Final = ("mysql",)
SECRET: Final = "recorded"


class Databases:
    """Both servers, the statements that are sent to the primary, and the incidents."""

    def __init__(self, rig: Rig) -> None:
        self._rig = rig
        self._servers = {host: self._start(host, number) for number, host in _numbered()}
        self._prepare()
        for host in (PRIMARY, REPLICA):
            rig.spawn(
                f"mysqld-exporter-{host}",
                "prometheus-mysqld-exporter",
                f"--web.listen-address={host}:{EXPORTER_PORT}",
                "--collect.info_schema.processlist",
                env={"DATA_SOURCE_NAME": f"exporter:{SECRET}@({host}:{PORT})/"},
            )
            wait_for(f"http://{host}:{EXPORTER_PORT}/metrics")
        self._own = threading.local()
        Load(rig, self._statement, rate=16)

    def _start(self, host: str, number: int) -> subprocess.Popen[bytes]:
        data = self._rig.out / f"mariadb-{host}"
        if not data.exists():
            subprocess.run(
                [
                    "mariadb-install-db",
                    "--no-defaults",
                    f"--datadir={data}",
                    "--user=root",
                    "--skip-test-db",
                    "--auth-root-authentication-method=normal",
                ],
                check=True,
                stdout=subprocess.DEVNULL,
            )
        process = self._rig.spawn(
            f"mariadbd-{host}",
            "mariadbd",
            "--no-defaults",
            "--user=root",
            f"--datadir={data}",
            f"--socket={data}/socket",
            f"--pid-file={data}/pid",
            f"--bind-address={host}",
            f"--port={PORT}",
            f"--server-id={number}",
            "--log-bin=binlog",
            f"--max-connections={MOST}",
            "--slow-query-log=ON",
            "--long-query-time=1",
            "--slave-net-timeout=10",
            "--innodb-buffer-pool-size=64M",
            "--innodb-log-buffer-size=256K",
        )
        patiently(lambda: self._connect(host).close(), pymysql.Error)
        return process

    def _connect(self, host: str, user: str = "root", password: str = "") -> Any:
        # root comes by TCP: it has no password, and lives on loopback for an hour.
        return pymysql.connect(
            host=host, port=PORT, user=user, password=password, autocommit=True, read_timeout=30
        )

    def _on(self, host: str, *statements: str) -> None:
        with self._connect(host) as connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    def _prepare(self) -> None:
        for host in (PRIMARY, REPLICA):
            self._on(
                host,
                "SET sql_log_bin = 0",
                *(
                    f"CREATE USER '{name}'@'%' IDENTIFIED BY '{SECRET}'"
                    for name in ("exporter", "shop", "copy")
                ),
                "GRANT PROCESS, REPLICATION CLIENT, SLAVE MONITOR, SELECT ON *.* TO 'exporter'@'%'",
                "GRANT REPLICATION SLAVE ON *.* TO 'copy'@'%'",
                "GRANT ALL ON shop.* TO 'shop'@'%'",
            )
        self._on(
            REPLICA,
            f"CHANGE MASTER TO MASTER_HOST='{PRIMARY}', MASTER_PORT={PORT}, MASTER_USER='copy', "
            f"MASTER_PASSWORD='{SECRET}', MASTER_CONNECT_RETRY=5, MASTER_USE_GTID=slave_pos",
            "START SLAVE",
        )
        self._on(
            PRIMARY,
            "CREATE DATABASE shop",
            "CREATE TABLE shop.orders (id INT AUTO_INCREMENT PRIMARY KEY, what VARCHAR(80))",
            "CREATE TABLE shop.pictures (id INT AUTO_INCREMENT PRIMARY KEY, data LONGBLOB)",
            "CREATE TABLE shop.stock (id INT PRIMARY KEY, pieces INT)",
            "INSERT INTO shop.stock VALUES (1, 100)",
            "CREATE TABLE shop.carts (id INT PRIMARY KEY, what VARCHAR(80))",
        )

    def _statement(self) -> None:
        """Write or read a line, on this thread's connection."""
        try:
            connection = self._own.connection
        except AttributeError:
            connection = self._own.connection = self._connect(PRIMARY, "shop", SECRET)
        try:
            with connection.cursor() as cursor:
                cursor.execute("INSERT INTO shop.orders (what) VALUES ('one more')")
                cursor.execute("SELECT COUNT(*) FROM shop.carts")
                cursor.execute("SELECT what FROM shop.orders ORDER BY id DESC LIMIT 3")
        except pymysql.Error:
            del self._own.connection
            raise

    @contextlib.contextmanager
    def _slow(self) -> Iterator[None]:
        """Let about one in ten statements take longer than a second."""

        def sleep(over: threading.Event) -> None:
            with contextlib.suppress(pymysql.Error):
                connection = self._connect(PRIMARY, "shop", SECRET)
                with connection, connection.cursor() as cursor:
                    while not over.is_set():
                        cursor.execute("SELECT SLEEP(1.1)")

        with meanwhile(sleep, copies=6):
            yield

    @contextlib.contextmanager
    def _behind(self) -> Iterator[None]:
        """Let the replica apply everything two minutes late."""
        self._on(REPLICA, "STOP SLAVE", "CHANGE MASTER TO MASTER_DELAY = 120", "START SLAVE")
        yield
        self._on(REPLICA, "STOP SLAVE", "CHANGE MASTER TO MASTER_DELAY = 0", "START SLAVE")

    @contextlib.contextmanager
    def _broken(self) -> Iterator[None]:
        """Write a line to the replica that the primary then writes, too."""
        self._on(REPLICA, "SET sql_log_bin = 0", "INSERT INTO shop.carts VALUES (1, 'here first')")
        self._on(PRIMARY, "INSERT INTO shop.carts VALUES (1, 'the true one')")
        yield
        self._on(
            REPLICA, "SET sql_log_bin = 0", "DELETE FROM shop.carts WHERE id = 1", "START SLAVE"
        )

    @contextlib.contextmanager
    def _held(self) -> Iterator[None]:
        """Hold nearly all connections that there may be, as a leaking pool does."""
        with contextlib.ExitStack() as stack:
            first = stack.enter_context(self._connect(PRIMARY, "shop", SECRET))
            with first.cursor() as cursor:
                cursor.execute("SHOW STATUS LIKE 'Threads_connected'")
                _, connected = cursor.fetchone()
            for _ in range(round(0.9 * MOST) - int(connected)):
                stack.enter_context(self._connect(PRIMARY, "shop", SECRET))
            yield

    @contextlib.contextmanager
    def _refused(self) -> Iterator[None]:
        """Log in with a wrong password, again and again."""

        def knock(over: threading.Event) -> None:
            while not over.wait(0.8):
                with contextlib.suppress(pymysql.Error):
                    self._connect(PRIMARY, "shop", "former").close()

        with meanwhile(knock):
            yield

    @contextlib.contextmanager
    def _jammed(self) -> Iterator[None]:
        """Hold a line that a dozen others want to change."""

        def wait(_over: threading.Event) -> None:
            with contextlib.suppress(pymysql.Error):
                connection = pymysql.connect(
                    host=PRIMARY, port=PORT, user="shop", password=SECRET, autocommit=True
                )
                with connection, connection.cursor() as cursor:
                    cursor.execute("SET innodb_lock_wait_timeout = 600")
                    cursor.execute("UPDATE shop.stock SET pieces = pieces - 1 WHERE id = 1")

        with contextlib.ExitStack() as stack:
            holder = self._connect(PRIMARY)
            with holder.cursor() as cursor:
                cursor.execute("BEGIN")
                cursor.execute("UPDATE shop.stock SET pieces = pieces - 1 WHERE id = 1")
            stack.enter_context(meanwhile(wait, copies=12))
            stack.callback(holder.close)
            yield

    @contextlib.contextmanager
    def _large(self) -> Iterator[None]:
        """Write what is larger than the buffer of the log, every other second."""

        def write(over: threading.Event) -> None:
            while not over.wait(2):
                with contextlib.suppress(pymysql.Error):
                    self._on(
                        PRIMARY,
                        "BEGIN",
                        *["INSERT INTO shop.pictures (data) VALUES (REPEAT('x', 900000))"] * 3,
                        "ROLLBACK",
                    )

        with meanwhile(write):
            yield

    @contextlib.contextmanager
    def _killed(self) -> Iterator[None]:
        """Kill the primary; it is started anew at the end."""
        self._servers[PRIMARY].send_signal(signal.SIGKILL)
        self._servers[PRIMARY].wait()
        yield
        self._servers[PRIMARY] = self._start(PRIMARY, 1)

    def incidents(self) -> tuple[Incident, ...]:
        """Return what is done on purpose, and when."""
        primary = {"job": "mysql", "instance": re.escape(f"{PRIMARY}:{EXPORTER_PORT}")}
        replica = {"job": "mysql", "instance": re.escape(f"{REPLICA}:{EXPORTER_PORT}")}
        return (
            Incident(
                "mysql_statements_slow",
                8,
                13,
                "about one in ten statements on the primary took longer than a second",
                primary,
                self._slow,
                ("MysqlStatementsSlow",),
            ),
            Incident(
                "mysql_replica_behind",
                8,
                9,
                "the replica applied everything two minutes late",
                replica,
                self._behind,
                ("MysqlReplicaBehind",),
            ),
            Incident(
                "mysql_replication_broken",
                21,
                6,
                "a line was on the replica before the primary wrote it, and replication stopped there",
                replica,
                self._broken,
                ("MysqlReplicationStopped",),
            ),
            Incident(
                "mysql_connections_held",
                24,
                6,
                "nine tenths of the connections that the primary allows were held open",
                primary,
                self._held,
                ("MysqlConnectionsSaturated",),
            ),
            Incident(
                "mysql_logins_refused",
                32,
                9,
                "somebody came with a former password more than once a second",
                primary,
                self._refused,
                ("MysqlConnectionsRefused",),
            ),
            Incident(
                "mysql_jammed",
                53,
                4,
                "somebody held a line of a table that a dozen others wanted to change",
                primary,
                self._jammed,
                ("MysqlJammed", "MysqlLocked"),
            ),
            Incident(
                "mysql_log_too_small",
                58,
                10,
                "pictures were written that are larger than the buffer of the log",
                primary,
                self._large,
                ("MysqlLogWaits",),
            ),
            Incident(
                "mysql_killed",
                46,
                4,
                "the primary was killed with SIGKILL and later started anew; the replica was cut off meanwhile",
                {"job": "mysql"},
                self._killed,
                ("MysqlDown", "MysqlReplicationStopped", "MysqlRestarted"),
            ),
        )


def _numbered() -> Iterator[tuple[int, str]]:
    return enumerate((PRIMARY, REPLICA), start=1)
