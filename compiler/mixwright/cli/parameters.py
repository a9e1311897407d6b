"""Parameters that several commands take."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.shell_completion import CompletionItem

from mixwright.errors import MixwrightError
from mixwright.values import Duration

if TYPE_CHECKING:
    from mixwright.cluster import Cluster
    from mixwright.recordings import Location, Server
    from mixwright.recordings.server.address import Access

Command = TypeVar("Command", bound=Callable[..., Any])


class Recorded(click.ParamType["Location"]):
    """Where metrics are: a path, the URL of a stored recording, or the address of a live server."""

    name = "path or url"
    _files = click.Path(exists=True, path_type=Path)

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Location:
        """Return a path that is there, a URL, or a server with what it wants to see."""
        if isinstance(value, str) and value.startswith(("http://", "https://")):
            return _server(value, ctx)
        if isinstance(value, str) and "://" in value:
            from mixwright.recordings import Remote

            return Remote(value)
        return Path(self._files.convert(value, param, ctx))

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Complete files."""
        return self._files.shell_complete(ctx, param, incomplete)


class Engine(click.ParamType["Server"]):
    """The address of a server that evaluates expressions itself."""

    name = "url"

    def convert(
        self, value: Any, _param: click.Parameter | None, ctx: click.Context | None
    ) -> Server:
        """Return the server with what it wants to see."""
        return _server(value, ctx, evaluates=True)


def _server(url: str, ctx: click.Context | None, *, evaluates: bool = False) -> Server:
    from mixwright.driver.server import server

    said = {} if ctx is None else ctx.meta.get(_SERVER, {})
    return server(url, evaluates=evaluates, **said)


def access_said() -> Access:
    """Return what the options of the running command say that servers want to see."""
    from mixwright.driver.server import access

    return access(**click.get_current_context().meta.get(_SERVER, {}))


def output_format(*others: str, help: str = "What to print.") -> Callable[[Command], Command]:
    """Return the option that says how results are written: `text`, or one of the others."""
    return click.option(
        "--format",
        "form",
        type=click.Choice(["text", *others]),
        default="text",
        show_default=True,
        help=help,
    )


def metrics(recording: Location | None, engine: Server | None) -> Location:
    """Return the one of both that was given."""
    if (recording is None) == (engine is None):
        raise click.UsageError("give `--recording` or `--engine`, and not both")
    return recording or engine  # type: ignore[return-value] # one of them is


_SERVER = "mixwright.server"


def _kept(ctx: click.Context, param: click.Parameter, value: Any) -> None:
    """Keep what was said about servers until the address of one is read."""
    ctx.meta.setdefault(_SERVER, {})[param.name] = value


def server_options(command: Command) -> Command:
    """Give a command that takes a `RECORDING` the options of live servers."""
    for option in (
        click.option(
            "--header",
            "headers",
            multiple=True,
            metavar="NAME: VALUE",
            help="Send this to the server or target too, such as `X-Scope-OrgID: team`; several times.",
            **_EARLY,
        ),
        click.option(
            "--bearer-token-file",
            type=click.Path(exists=True, dir_okay=False, path_type=Path),
            help="The server or target wants the token in this file. Default: $MIXWRIGHT_BEARER_TOKEN.",
            **_EARLY,
        ),
        click.option(
            "--http-config",
            type=click.Path(exists=True, dir_okay=False, path_type=Path),
            envvar="MIXWRIGHT_HTTP_CONFIG",
            help="Credentials and TLS of a server or target, in Prometheus' format of HTTP clients.",
            **_EARLY,
        ),
    ):
        command = option(command)
    return command


_EARLY: dict[str, Any] = {"is_eager": True, "expose_value": False, "callback": _kept}
"""Before the address of a server is read, for which alone this is meant."""

RECORDING = Recorded()
ENGINE = click.option(
    "--engine",
    type=Engine(),
    help="Let this Prometheus, Thanos, Mimir or VictoriaMetrics evaluate the expressions.",
)


class Workers(click.ParamType["Cluster"]):
    """Where a dask cluster is, or how many workers to start."""

    name = "tcp://host:port or local:n"

    def convert(
        self, value: Any, _param: click.Parameter | None, _ctx: click.Context | None
    ) -> Cluster:
        """Return the cluster, which nobody has asked yet whether it is there."""
        from mixwright.cluster.address import Cluster

        return Cluster.parse(value)


CLUSTER = click.option(
    "--cluster",
    type=Workers(),
    metavar="tcp://HOST:PORT|local:N",
    help="Let the workers of a dask cluster evaluate, or N of this machine; all must see the recording.",
)


class MixinName(click.ParamType[str]):
    """The name of a mixin; the shell completes the project's, installed and standard ones."""

    name = "mixin"

    def shell_complete(
        self, ctx: click.Context, _param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Return the names that start with what has been typed."""
        from mixwright.loader import find_root, known_names

        root = ctx.find_root().params.get("root") or find_root(Path.cwd())
        own = {path.stem.replace("_", "-") for path in (root / "mixins").glob("[!_]*.py")}
        names = sorted(own | set(known_names()))
        return [CompletionItem(name) for name in names if name.startswith(incomplete)]


class Time(click.ParamType[int]):
    """A point in time: RFC 3339 or seconds since the epoch; milliseconds inside."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return milliseconds since the epoch."""
        if isinstance(value, int):
            return value
        try:
            moment = datetime.fromtimestamp(float(value), UTC)
        except ValueError:
            moment = self._date(value, param, ctx)
        except OverflowError:
            self.fail(f"`{value}` is beyond the year 9999", param, ctx)
        return round(moment.timestamp() * 1000)

    def _date(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            self.fail(
                f"`{value}` is not a time; write `2026-01-31T12:00:00Z` or seconds since 1970",
                param,
                ctx,
            )
        return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


class Span(click.ParamType[Duration]):
    """A duration such as `30s` or `1h30m`."""

    name = "duration"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Duration:
        """Return the duration."""
        if isinstance(value, Duration):
            return value
        try:
            parsed = Duration.parse(value)
        except MixwrightError as error:
            self.fail(str(error), param, ctx)
        if parsed.ms <= 0:
            self.fail(f"`{value}` must be longer than nothing", param, ctx)
        return parsed


class Size(click.ParamType[int]):
    """An amount of memory such as `256M` or `1.5G`; bytes inside."""

    name = "size"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the number of bytes."""
        if isinstance(value, int):
            return value
        match = _SIZE.fullmatch(value)
        size = int(float(match[1]) * _UNITS[match[2].upper()]) if match else 0
        if size < _LEAST:
            self.fail(f"`{value}` is not an amount of memory; write `256M` or `2G`", param, ctx)
        return size


_SIZE = re.compile(r"(\d+(?:\.\d+)?)([KMGT]?)(?:i?B)?", re.IGNORECASE)
_UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}
_LEAST = 1 << 20


def _quarter() -> int:
    """Return a quarter of the machine's memory, or of the container's where that is less."""
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    limit = Path("/sys/fs/cgroup/memory.max")
    if limit.is_file() and (text := limit.read_text().strip()).isdigit():
        total = min(total, int(text))
    return total // 4


MEMORY = click.option(
    "--memory",
    type=Size(),
    default=_quarter,
    show_default="a quarter of the machine's",
    help="The most memory to take, such as `2G`; what needs more is evaluated a stretch of time after the other.",
)
MIXINS = click.argument("mixins", nargs=-1, type=MixinName())
RULES = click.argument("rules", nargs=-1, type=MixinName(), metavar="[RULES]...")
START = click.option(
    "--start",
    type=Time(),
    help="Begin here. Default: the recording's first sample; of a server, an hour before the end.",
)
END = click.option(
    "--end",
    type=Time(),
    help="End here. Default: the recording's last sample; of a server, now.",
)
INCIDENTS = click.option(
    "--incidents",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="What really happened: YAML, JSON or CSV. Default: incidents.yaml in or beside the recording.",
)
ALERTMANAGER = click.option(
    "--alertmanager",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The alertmanager.yml that says who is told what. Default: what the mixins imply.",
)
DEADLINE = click.option(
    "--deadline",
    type=Span(),
    help="How long after an incident's start being told is still of use. Default: as long as it lasts.",
)
INTERVAL = click.option(
    "--interval",
    type=Span(),
    default="1m",
    show_default=True,
    help="How often groups are evaluated that do not say it themselves.",
)
SELECT = click.option(
    "--select",
    "selectors",
    multiple=True,
    metavar="SELECTOR",
    help='Keep only these series, such as `{job="node"}`; may be given several times.',
)
SALVAGE = click.option(
    "--salvage", is_flag=True, help="Read around damage to the recording, and say what is lost."
)
