"""Incidents files, and which alerts an incident explains."""

from __future__ import annotations

from pathlib import Path

import pytest

from mixwright.backtest import Incident, Tolerance, read_incidents
from mixwright.errors import MixwrightError
from mixwright.model import Severity
from mixwright.values import Labels

FULL = """
incidents:
  - name: late
    start: 2026-11-23T04:00:00Z
    end: 2026-11-23T05:30:00+01:00
  - name: disk_fill
    start: 2026-11-23T03:36:40Z
    end: 2026-11-23T03:45:50.5Z
    what: a file grew
    labels: {job: node, mountpoint: /|/data}
    alerts: [DiskFills]
"""


def write(folder: Path, text: str) -> Path:
    file = folder / "incidents.yaml"
    file.write_text(text, "utf-8")
    return file


def test_incidents_are_read_in_order_of_time(tmp_path: Path) -> None:
    disk, late = read_incidents(write(tmp_path, FULL))

    assert Incident(
        name="disk_fill",
        start=1_795_405_000_000,
        end=1_795_405_550_500,
        what="a file grew",
        labels=Labels({"job": "node", "mountpoint": "/|/data"}),
        alerts=("DiskFills",),
    ) == disk  # fmt: skip
    assert 1_800_000 == late.end - late.start


def test_a_real_incidents_file_is_read(shared: Path) -> None:
    found = read_incidents(shared / "recordings" / "cluster" / "incidents.yaml")

    assert ["etcd_member_frozen", "controllers_down", "disk_fill"] == [i.name for i in found[:3]]


ONE = "incidents:\n  - {name: a, start: 2026-01-01T00:00:00Z, end: 2026-01-01T00:01:00Z"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty; write `incidents:` and a list"),
        ("[1]", "1: the file must be a mapping"),
        ("other: []", "1: `other` is not a field of the file; there are `incidents`"),
        ("incidents: 5", "1: `incidents` must be a list"),
        ("incidents:\n  - 5", "2: an incident must be a mapping"),
        ("incidents:\n  - {start: 2026-01-01T00:00:00Z}", "2: an incident needs `name`"),
        ("incidents:\n  - name: a", "2: an incident needs `start`"),
        (
            "incidents:\n  - name: a\n    start: noon\n    end: 5",
            "3: `start` `noon` is not a time; write `2026-01-31T12:00:00Z`",
        ),
        (
            ONE + ", colour: red}",
            "`colour` is not a field of an incident; there are `alerts`, `end`",
        ),
        (ONE + ", labels: 5}", "2: `labels` must be a mapping"),
        (ONE + ", labels: {job: '('}}", "`(` is not an RE2 regular expression"),
        (ONE + ", labels: {job: [a]}}", "2: label `job` must be a text"),
        (ONE + ", alerts: A}", "2: `alerts` must be a list"),
        (ONE + ", name: b}", "2: `name` is given twice"),
        (
            "incidents:\n  - {name: a, start: 2026-01-02T00:00:00Z, end: 2026-01-01T00:00:00Z}",
            "2: incident `a` ends before it starts",
        ),
        (
            ONE + "}\n  - {name: a, start: 2026-01-01T00:00:00Z, end: 2026-01-01T00:00:00Z}",
            "3: incident `a` is listed twice",
        ),
        ("incidents:\n  - {name: a", "not YAML: "),
        ("a: !!python/object/apply:os.system [ls]", "`a` is not a field of the file"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(MixwrightError) as error:
        read_incidents(write(tmp_path, text))

    assert message in str(error.value)
    assert "\n" not in str(error.value)


def test_a_file_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(MixwrightError, match="cannot be read: No such file"):
        read_incidents(tmp_path / "nope.yaml")


def test_a_file_that_is_no_text_is_said_so(tmp_path: Path) -> None:
    file = tmp_path / "incidents.yaml"
    file.write_bytes(b"\xff\xfe\x00")

    with pytest.raises(MixwrightError, match="is not UTF-8 text"):
        read_incidents(file)


INCIDENT = Incident(
    name="x", start=600_000, end=1_200_000, labels=Labels({"job": "a|b", "room": "1.*"})
)


@pytest.mark.parametrize(
    ("labels", "concerned"),
    [
        ({"job": "a", "room": "12"}, True),
        ({"job": "c", "room": "12"}, False),
        ({"job": "ab", "room": "12"}, False),
        # An alert that lost a label by aggregation is not held to it.
        ({"job": "b"}, True),
        ({}, True),
        ({"room": "2"}, False),
    ],
)
def test_an_incident_concerns_alerts_whose_labels_agree(
    labels: dict[str, str], concerned: bool
) -> None:
    assert concerned == INCIDENT.concerns(Labels(labels))


@pytest.mark.parametrize(
    ("time", "covered"),
    [(539_999, False), (540_000, True), (900_000, True), (1_500_000, True), (1_500_001, False)],
)
def test_an_incident_covers_a_minute_before_and_five_after(time: int, covered: bool) -> None:
    assert covered == Tolerance().covers(INCIDENT, time)


EXPORT = """\
name,start,end,what,alerts,label.job,severity,ignore
disk_fill,2026-01-01T00:00:00Z,2026-01-01T01:00:00Z,"full, fast",DiskFills DiskFull,node,page,
load_test,1767229200,1767232800,,,,,true
"""


def test_an_export_as_csv_says_what_the_yaml_says(tmp_path: Path) -> None:
    (tmp_path / "export.csv").write_text(EXPORT)
    disk, test = read_incidents(tmp_path / "export.csv")

    assert ("disk_fill", ("DiskFills", "DiskFull"), Labels({"job": "node"})) == (
        disk.name,
        disk.alerts,
        disk.labels,
    )
    assert ("full, fast", Severity.PAGE, False) == (disk.what, disk.severity, disk.ignore)
    assert (True, 3_600_000) == (test.ignore, test.end - test.start)


def test_an_export_as_json_is_a_list(tmp_path: Path) -> None:
    text = '[{"name": "a", "start": "2026-01-01T00:00:00Z", "end": 1767229200, "labels": {"job": "x"}}]'
    (tmp_path / "export.json").write_text(text)

    (found,) = read_incidents(tmp_path / "export.json")

    assert ("a", Labels({"job": "x"})) == (found.name, found.labels)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name,start\na", "export.csv:2: the row must have as many fields"),
        ("name,start,end\na,5,4", "export.csv:2: incident `a` ends before it starts"),
        ("name,start,end\na,5,6\nb,noon,6", "export.csv:3: `start` `noon` is not a time"),
        ("name,start,end,colour\na,5,6,red", "`colour` is not a field of an incident"),
        ("name,start,end\na,5,6,7", "export.csv:2: the row must have as many fields"),
        ('name,start,end\n"a,5,6', "export.csv:1: not CSV: "),
    ],
)
def test_what_is_wrong_with_an_export_is_said_with_its_line(
    tmp_path: Path, text: str, message: str
) -> None:
    (tmp_path / "export.csv").write_text(text)
    with pytest.raises(MixwrightError) as error:
        read_incidents(tmp_path / "export.csv")

    assert message in str(error.value)
    assert "\n" not in str(error.value)
