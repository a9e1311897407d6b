"""Drift, against a small server that answers as Grafana's HTTP API is documented to.

No real Grafana can be had from a package registry; this one has the search with its pages and orders, the
dashboards by uid, and nothing else.
"""

from __future__ import annotations

import copy
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from click.testing import CliRunner

from mixwright import Dashboard, Mixin, Panel
from mixwright.backends import grafana
from mixwright.cli import mixwright
from mixwright.errors import MixwrightError
from mixwright.passes import compile_mixin

TOKEN = "glsa_secret"


class Answers(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        server: Any = self.server
        url = urlsplit(self.path)
        asked = parse_qs(url.query)
        server.asked.append(self.path)
        if self.headers.get("Authorization") != f"Bearer {TOKEN}":
            return self.answer(401, {"message": "Unauthorized"})
        if server.broken is not None:
            return self.answer(*server.broken)
        if url.path == "/api/search/sorting":
            return self.answer(200, {"sortOptions": server.orders})
        if url.path == "/api/search":
            if "sort" in asked:
                return self.answer(
                    200, [{"uid": u, "sortMeta": n} for u, n in server.views.items()]
                )
            page, limit = int(asked["page"][0]), int(asked["limit"][0])
            return self.answer(200, server.listed()[(page - 1) * limit : page * limit])
        uid = unquote(url.path.rpartition("/")[2])
        if url.path.startswith("/api/dashboards/uid/") and uid in server.stored:
            meta = {"version": 3, "updatedBy": "somebody", "folderTitle": "General"}
            return self.answer(200, {"dashboard": server.stored[uid], "meta": meta})
        return self.answer(404, {"message": "Not found"})

    def answer(self, status: int, content: Any) -> None:
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.send_response(status)
        if status in (301, 302):
            self.send_header("Location", "http://127.0.0.1:9/")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


class Server(ThreadingHTTPServer):
    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answers)
        self.stored: dict[str, dict] = {}
        self.views: dict[str, int] = {}
        self.orders: list[dict] = [{"name": "alpha-asc"}]
        self.broken: tuple[int, Any] | None = None
        self.asked: list[str] = []

    def listed(self) -> list[dict]:
        return [
            {"uid": uid, "title": one["title"], "type": "dash-db", "folderTitle": "General"}
            for uid, one in self.stored.items()
        ]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as found:
        thread = threading.Thread(target=found.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield found
        found.shutdown()
        thread.join()


def panel(title: str, expr: str) -> Panel:
    return Panel(title, expr, unit="short", description="What it is.")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project whose output has one dashboard of three panels."""
    panels = tuple(panel(f"Queue {n}", f"queue_{n}_length") for n in range(3))
    queues = Dashboard("Queues", description="Do jobs wait?", panels=panels)
    mixin = compile_mixin(Mixin("queues", version="1.0.0", dashboards=queues))
    ((_, content),) = grafana.dashboards(mixin)
    folder = tmp_path / "out" / "queues" / "dashboards"
    folder.mkdir(parents=True)
    (folder / "queues.json").write_bytes(grafana.to_json(content))
    return tmp_path


def ours(project: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(
        (project / "out" / "queues" / "dashboards" / "queues.json").read_text()
    )
    return content


def drift(project: Path, server: Server, *more: str, token: str = TOKEN) -> Any:
    arguments = ["-C", str(project), "drift", "--grafana", server.url, *more]
    return CliRunner().invoke(mixwright, arguments, env={"GRAFANA_TOKEN": token})


def found(project: Path, server: Server) -> list[dict[str, Any]]:
    done = drift(project, server, "--format", "json")
    assert not isinstance(done.exception, MixwrightError), done.exception
    findings: list[dict[str, Any]] = json.loads(done.stdout)["findings"]
    return findings


def test_what_was_deployed_has_not_drifted(project: Path, server: Server) -> None:
    content = ours(project)
    # Grafana numbers what it stores, and remembers what was chosen.
    content |= {"id": 17, "version": 1, "schemaVersion": 42}
    content["templating"]["list"][0]["current"] = {"text": "prom", "value": "abc"}
    server.stored["queues"] = content

    done = drift(project, server)

    assert done.exit_code == 0, done.output
    assert done.stdout == (
        "1 dashboards in Grafana, 1 in code: nothing drifted; "
        "this Grafana does not tell who looks at what\n"
    )


def test_an_edit_in_the_browser_is_told_as_what_it_means(project: Path, server: Server) -> None:
    content = ours(project)
    content["panels"][0]["fieldConfig"]["defaults"]["unit"] = "bytes"
    content["panels"][1]["targets"][0]["expr"] = "sum(queue_1_length)"
    content["title"] = "Queues!"
    server.stored["queues"] = content

    (one,) = found(project, server)

    assert (one["kind"], one["plan"]) == ("edited", "adopt")
    assert one["advice"].startswith("version 3, last by somebody")
    assert one["details"] == [
        "title: `Queues` becomes `Queues!`",
        "panel Queue 0: unit of panels",
        "panel Queue 1: queries of panels",
    ]


def test_strays_are_adopted_or_deleted(project: Path, server: Server) -> None:
    server.stored["queues"] = ours(project)
    twin = copy.deepcopy(ours(project)) | {"uid": "twin", "title": "Something else"}
    useful = {"uid": "useful", "title": "Useful", "panels": []}
    unused = {"uid": "old", "title": "Old", "panels": []}
    copied = {"uid": "copied", "title": "Useful Copy", "panels": []}
    for one in (twin, useful, unused, copied):
        server.stored[one["uid"]] = one
    server.orders.append({"name": "viewed-recently-desc"})
    server.views = {"useful": 12, "copied": 1, "twin": 3}

    plans = {one["uid"]: (one["kind"], one["plan"]) for one in found(project, server)}

    assert plans == {
        "twin": ("duplicate", "delete"),
        "useful": ("not in code", "adopt"),
        "old": ("unused", "delete"),
        "copied": ("not in code", "delete"),
    }


def test_what_is_to_be_adopted_can_be_saved_and_imported(project: Path, server: Server) -> None:
    server.stored["queues"] = ours(project)
    server.stored["useful"] = ours(project) | {"uid": "useful", "title": "Useful"}
    server.stored["useful"]["panels"] = [ours(project)["panels"][0]]
    server.stored["../x"] = {"title": "Out of the folder", "panels": []}
    saved = project / "saved"

    done = drift(project, server, "--save", str(saved))

    assert done.exit_code == 1
    assert [file.name for file in saved.iterdir()] == ["useful.json"]
    again = CliRunner().invoke(mixwright, ["import", str(saved / "useful.json")])
    assert again.exit_code == 0, again.output
    assert 'Dashboard(\n    "Useful",' in again.stdout


def test_what_was_not_deployed_is_told(project: Path, server: Server) -> None:
    (one,) = found(project, server)

    assert (one["kind"], one["uid"], one["plan"]) == ("not in Grafana", "queues", "deploy")


def test_what_is_deleted_meanwhile_is_passed_over(
    project: Path, server: Server, monkeypatch
) -> None:
    server.stored["queues"] = ours(project)
    gone = {"uid": "gone", "title": "Gone", "type": "dash-db"}
    monkeypatch.setattr(Server, "listed", lambda _: [gone])

    assert [one["kind"] for one in found(project, server)] == ["not in Grafana"]


def test_the_search_is_read_page_by_page(project: Path, server: Server, monkeypatch) -> None:
    monkeypatch.setattr("mixwright.drift.client._PAGE", 2)
    server.stored["queues"] = ours(project)
    for n in range(4):
        server.stored[f"d{n}"] = {"uid": f"d{n}", "title": f"D{n}", "panels": []}

    assert len(found(project, server)) == 4
    assert sum("/api/search?" in path for path in server.asked) == 3


def test_markdown_is_a_list_to_tick_off(project: Path, server: Server) -> None:
    server.stored["x"] = {"uid": "x", "title": "A*B", "panels": []}

    done = drift(project, server, "--format", "markdown")

    assert (
        "## Adopt\n\n- [ ] **A\\*B** (`x`), not in code: mixwright import x.json\n" in done.stdout
    )
    assert "## Deploy\n\n- [ ] **Queues** (`queues`)" in done.stdout


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        ((500, {}), "answers with status 500"),
        ((200, b"<html>"), "with what no Grafana answers"),
        ((200, {"a": 1}), "answers to the search with what no Grafana answers"),
        ((200, b"[" * 100_000), "with what no Grafana answers"),
        ((302, {}), "answers with status 302"),
    ],
)
def test_another_answer_is_one_line(project: Path, server: Server, broken, message: str) -> None:
    server.broken = broken

    done = drift(project, server)

    assert isinstance(done.exception, MixwrightError)
    assert message in str(done.exception)
    assert TOKEN not in str(done.exception)


def test_a_token_that_may_not_read_is_told(project: Path, server: Server) -> None:
    done = drift(project, server, token="wrong")

    assert isinstance(done.exception, MixwrightError)
    assert "does not let this token read" in str(done.exception)


@pytest.mark.parametrize("url", ["ftp://x", "grafana", "http://user:pw@127.0.0.1"])
def test_an_address_that_is_none_is_told(project: Path, url: str) -> None:
    done = CliRunner().invoke(mixwright, ["-C", str(project), "drift", "--grafana", url])

    assert isinstance(done.exception, MixwrightError)
    assert "Grafana" in str(done.exception)


def test_a_server_that_is_not_there_is_told(project: Path) -> None:
    arguments = ["-C", str(project), "drift", "--grafana", "http://127.0.0.1:9"]

    done = CliRunner().invoke(mixwright, arguments)

    assert isinstance(done.exception, MixwrightError)
    assert "cannot be reached" in str(done.exception)
