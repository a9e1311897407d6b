"""The metric catalogue: derived from what targets expose, kept as files, looked up by series name."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import mixwright
from mixwright.catalogue import Catalogue, read_catalogue, standard, to_json
from mixwright.catalogue.observed import observed, scraped
from mixwright.driver.catalogue import catalogue_of
from mixwright.errors import MixwrightError

SCRAPE = """\
# HELP queue_length Jobs that wait.
# TYPE queue_length gauge
queue_length{queue="mail"} 3
queue_length{queue="print"} 4
# TYPE queue_jobs_total counter
queue_jobs_total{queue="mail",result="ok"} 30
# HELP queue_build_info Constant '1' with labels.
# TYPE queue_build_info gauge
queue_build_info{version="1.2"} 1
# TYPE queue_wait_seconds histogram
queue_wait_seconds_bucket{le="0.5"} 1
queue_wait_seconds_bucket{le="10"} 2
queue_wait_seconds_bucket{le="+Inf"} 3
queue_wait_seconds_sum 40
queue_wait_seconds_count 3
# TYPE worker_state gauge
worker_state{worker="a",state="busy"} 1
worker_state{worker="a",state="idle"} 0
worker_state{worker="b",state="busy"} 0
worker_state{worker="b",state="idle"} 1
worker_state{worker="c",state="busy"} 0
worker_state{worker="c",state="idle"} 1
# TYPE never_seen counter
"""


@pytest.fixture
def scrape(tmp_path: Path) -> Path:
    path = tmp_path / "queue.prom"
    path.write_text(SCRAPE)
    return path


def test_a_scrape_tells_types_labels_buckets_and_constants(scrape: Path) -> None:
    system = observed("queue", [("1.2", [scraped(scrape)])])

    assert {name: metric.type for name, metric in system.metrics.items()} == {
        "never_seen": "counter",
        "queue_build_info": "gauge",
        "queue_jobs_total": "counter",
        "queue_length": "gauge",
        "queue_wait_seconds": "histogram",
        "worker_state": "gauge",
    }
    assert system.metrics["queue_jobs_total"].labels == ("queue", "result")
    assert system.metrics["queue_wait_seconds"].buckets == (0.5, 10.0)
    assert system.metrics["queue_wait_seconds"].labels == ()
    assert system.metrics["queue_build_info"].constant == 1.0
    assert system.metrics["queue_length"].constant is None


def test_a_label_is_enumerated_when_every_thing_has_every_value(scrape: Path) -> None:
    system = observed("queue", [("1.2", [scraped(scrape)])])

    assert system.metrics["worker_state"].values == {"state": ("busy", "idle")}
    assert system.metrics["queue_length"].values == {}
    assert system.metrics["queue_length"].some_values == {}


def test_versions_say_since_and_until_only_where_that_is_sure(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    old.write_text('# TYPE gone gauge\ngone 1\n# TYPE rare counter\nrare{code="500"} 1\n')
    new.write_text("# TYPE came gauge\ncame 1\n")

    system = observed("queue", [("1", [scraped(old)]), ("2", [scraped(new)])])

    assert (system.metrics["gone"].until, system.metrics["came"].since) == ("1", "2")
    assert system.metrics["rare"].until == ""


def test_a_file_holds_all_that_is_known(scrape: Path, tmp_path: Path) -> None:
    system = observed("queue", [("1.2", [scraped(scrape)])], closed=["queue_"])
    path = tmp_path / "queue.json"
    path.write_text(to_json(system))

    read = read_catalogue(path)

    assert dict(read.metrics) == dict(system.metrics)
    assert (read.name, read.versions, read.closed) == ("queue", ("1.2",), ("queue_",))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "not JSON"),
        ("[]", "needs `system` and `metrics`"),
        ('{"metrics": {"a": {"type": "odd"}}}', "`a` needs a `type`"),
        ('{"metrics": {"a": {"type": "gauge", "buckets": ["x"]}}}', "`a` needs a `type`"),
        ('{"metrics": {"a": 5}}', "`a` needs a `type`"),
        ('{"metrics": {}, "closed": "a_"}', "must be a list of texts"),
        ("[" * 100_000, "not JSON"),
    ],
)
def test_a_file_that_is_no_catalogue_gets_one_clear_line(
    tmp_path: Path, text: str, message: str
) -> None:
    path = tmp_path / "catalogue.json"
    path.write_text(text)

    with pytest.raises(MixwrightError, match=message) as raised:
        dict(read_catalogue(path).metrics)
    assert "\n" not in str(raised.value)


def test_the_parts_of_a_histogram_find_it(scrape: Path) -> None:
    catalogue = Catalogue((observed("queue", [("1.2", [scraped(scrape)])]),))

    assert catalogue.metric("queue_wait_seconds_bucket").buckets == (0.5, 10.0)
    assert catalogue.counts("queue_wait_seconds_sum") is True
    assert catalogue.counts("queue_jobs_total") is True
    assert catalogue.counts("queue_length") is False
    assert catalogue.metric("queue_length_sum") is None
    assert catalogue.counts("other") is None


def test_the_standard_catalogue_knows_what_was_recorded() -> None:
    catalogue = standard()

    # Untyped, but only growing; a gauge by its type, but only growing; really a gauge.
    assert catalogue.counts("mysql_global_status_slow_queries") is True
    assert catalogue.counts("etcd_server_proposals_committed_total") is True
    assert catalogue.counts("etcd_server_has_leader") is False
    assert catalogue.counts("node_vmstat_nr_free_pages") is None
    assert max(catalogue.metric("kubelet_pod_worker_duration_seconds_bucket").buckets) == 10
    assert catalogue.metric("kubelet_node_name").constant == 1
    assert "Pending" in catalogue.metric("kube_pod_status_phase").values["phase"]


def test_the_standard_catalogue_is_small_and_light() -> None:
    import mixwright.catalogue as package

    files = sorted(Path(package.__path__[0], "data").glob("*.json"))
    code = "import sys; from mixwright.catalogue import standard; standard(); print(*sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": str(Path(mixwright.__file__).parents[1])},
        capture_output=True,
        text=True,
        check=True,
    )

    assert sum(file.stat().st_size for file in files) < 2**20
    assert {"numpy", "numba", "pyarrow"}.isdisjoint(run.stdout.split())
    assert [json.loads(file.read_text())["system"] for file in files]


def test_a_catalogue_is_made_of_a_scrape_and_updated_by_another(
    scrape: Path, tmp_path: Path
) -> None:
    file = tmp_path / "mine.json"
    file.write_text(catalogue_of([scrape], name="mine", closed=["queue_"]))
    more = tmp_path / "more.prom"
    more.write_text("# TYPE queue_age_seconds gauge\nqueue_age_seconds 5\n")

    both = catalogue_of([more], name="mine", closed=["queue_"], update=file)

    file.write_text(both)
    system = read_catalogue(file)
    assert {"queue_length", "queue_age_seconds"} <= set(system.metrics)
    assert system.closed == ("queue_",)


def test_a_catalogue_is_made_of_a_recording(recording: Path) -> None:
    content = json.loads(catalogue_of([recording], name="loopback"))

    assert content["metrics"]["node_cpu_seconds_total"]["type"] == "counter"
    assert "mode" in content["metrics"]["node_cpu_seconds_total"]["labels"]


def test_a_line_that_is_no_sample_is_named(tmp_path: Path) -> None:
    path = tmp_path / "bad.prom"
    path.write_text("queue_length 3\nqueue_length{ 4\n")

    with pytest.raises(MixwrightError, match="line 2 is not `name"):
        catalogue_of([path], name="bad")


def test_the_same_scrape_gives_the_same_bytes(scrape: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from mixwright.driver.catalogue import catalogue_of; "
        "print(catalogue_of([Path(sys.argv[1])], name='x'))"
    )
    told = {
        subprocess.run(
            [sys.executable, "-c", code, str(scrape)],
            env={"PYTHONPATH": str(Path(mixwright.__file__).parents[1]), "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }

    assert len(told) == 1
