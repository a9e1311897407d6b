"""CSV is read as its headings or its mapping say, and the row that cannot be read is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from mixwright.errors import MixwrightError
from mixwright.frame import Samples, is_stale
from mixwright.recordings import Damage, open_recording

from .conftest import START, same, series

EVER = -(2**62), 2**62
SECOND = START // 1000


def read(path: Path, text: str, mapping: str = "") -> Samples:
    path.write_text(text)
    if mapping:
        path.with_name(path.name + ".yaml").write_text(mapping)
    return open_recording(path).select((), *EVER)


def names(samples: Samples) -> list[str]:
    return [str(labels) for labels in samples.labels]


def test_a_column_called_value_has_the_samples_and_the_others_are_labels(tmp_path: Path) -> None:
    found = read(
        tmp_path / "cpu.csv",
        f"timestamp,instance,value\n{SECOND},a:1,0.5\n{SECOND},b:1,0.25\n{SECOND + 60},a:1,1\n",
    )

    assert same(
        Samples.of(
            [
                series("cpu", [START, START + 60_000], [0.5, 1.0], instance="a:1"),
                series("cpu", [START], [0.25], instance="b:1"),
            ]
        ),
        found,
    )


def test_without_it_every_column_is_a_series(tmp_path: Path) -> None:
    found = read(
        tmp_path / "r.csv",
        f'time,load,"up{{job=""node""}}"\n{START},0.5,1\n{START + 15_000},,0\n',
    )

    assert names(found) == ["load", 'up{job="node"}']
    assert found.series(0)[1].tolist() == [0.5]
    assert found.series(1)[0].tolist() == [START, START + 15_000]


def test_a_column_without_a_heading_is_left_out(tmp_path: Path) -> None:
    assert names(read(tmp_path / "r.csv", f"time,a,\n{SECOND},1,\n{SECOND + 1},2,x\n")) == ["a"]


def test_a_series_that_ends_or_pauses_is_marked_stale(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    rows = [f"{SECOND + n * 15},1,{'' if 20 <= n < 40 or n > 60 else n}" for n in range(100)]
    found = read(path, "\n".join(["time,up,load", *rows]))
    (load,) = [row for row in found if row[0].name == "load"]

    assert load[1][is_stale(load[2])].tolist() == [START + 20 * 15_000, START + 61 * 15_000]
    assert "has no staleness markers" in open_recording(path).info.notes[0]


def test_a_mapping_explains_any_other_layout(tmp_path: Path) -> None:
    found = read(
        tmp_path / "r.csv",
        "Zeit;Wert;Rechner;Notiz\n14.11.2023 23:13;1.5;a;x\n14.11.2023 23:14;2;a;y\n",
        'delimiter: ";"\ntime: Zeit\nformat: "%d.%m.%Y %H:%M"\ntimezone: Europe/Berlin\n'
        "value: Wert\nname: load\nlabels: {instance: Rechner}\nconstant: {job: node}\n",
    )

    assert names(found) == ['load{instance="a", job="node"}']
    assert found.series(0)[0].tolist() == [1_699_999_980_000, 1_700_000_040_000]


def test_a_mapping_names_wide_columns(tmp_path: Path) -> None:
    found = read(
        tmp_path / "r.csv",
        f"time,a,b,c\n{SECOND},1,2,3\n",
        "series: {a: 'cpu{host=\"a\"}', c: disk}\nconstant: {job: x}\n",
    )

    assert names(found) == ['cpu{host="a", job="x"}', 'disk{job="x"}']


@pytest.mark.parametrize(
    ("written", "form"),
    [
        (f"{SECOND}.25", ""),
        (f"{START + 250}", ""),
        (f"{START + 250}000", ""),
        (f"{START + 250}000000", ""),
        ("2023-11-14T22:13:20.25Z", ""),
        ("2023-11-14 22:13:20.250", ""),
        ("2023-11-15T00:13:20.25+02:00", ""),
        (f"{START + 250}", "milliseconds"),
    ],
)
def test_times_are_told_from_the_first_row(written: str, form: str, tmp_path: Path) -> None:
    found = read(
        tmp_path / "r.csv", f"time,value\n{written},1\n", f"format: {form}" if form else ""
    )

    assert found.times.tolist() == [START + 250]


def test_a_grafana_export_is_read_with_a_warning(tmp_path: Path) -> None:
    path = tmp_path / "panel.csv"
    found = read(path, '"Time","{instance=""a:1"", job=""node""}"\n2023-11-14 22:13:20,12.5\n')

    assert names(found) == ['{instance="a:1", job="node"}']
    (note,) = open_recording(path).info.notes
    assert "resampled to the width of the panel" in note


def test_an_older_grafana_export_has_its_delimiter_in_the_first_line(tmp_path: Path) -> None:
    path = tmp_path / "panel.csv"
    found = read(path, 'sep=;\nSeries;Time;Value\n"up{job=""node""}";2023-11-14T22:13:20Z;1\n')

    assert names(found) == ['up{job="node"}']
    assert "resampled" in open_recording(path).info.notes[0]


def test_a_labelled_series_of_the_field_is_read(shared: Path) -> None:
    path = shared / "labelled/nab/realAWSCloudwatch/ec2_cpu_utilization_24ae8d.csv"
    rows = path.read_text().splitlines()[1:]
    recording = open_recording(path)
    (row,) = recording.select((), *EVER)

    assert row[0].name == "ec2_cpu_utilization_24ae8d"
    assert row[2].tolist() == [float(line.split(",")[1]) for line in rows]
    assert recording.info.scrape_interval == 300_000


@pytest.mark.parametrize(
    ("text", "mapping", "message"),
    [
        ("time,value\n1,x\n", "", "`{path}` line 2 has `x` where a number is expected"),
        ("time,value\n1,1\nsoon,1\n", "", "`{path}` line 3 has `soon` where a time is expected"),
        ("time,value\n1\n", "", "`{path}` line 2 has 1 columns, but 2 are needed"),
        ('time,value\n1,"1\n', "", "`{path}` line 2 is not CSV"),
        ("time,value\n1,1\n", "value: v", "`{path}` line 1 has no column `v`; there are `time`"),
        ("time,a,a\n1,1,2\n", "", "`{path}` line 1 has the column `a` twice"),
        ("a,value\n1,1\n", "labels: {}", "`{path}` line 1 has no column called `time`"),
        ("time,value\n1,1\n", "valeu: v", "`valeu` is not a field of the mapping"),
        ("time,value\n1,1\n", "delimiter: ab", "`ab` must be one character"),
        ("time,value\n2020-01-01,1\n", "timezone: Mars/Base", "`Mars/Base`, which is not known"),
        ("time,value\n1,1\n", "value: value\nseries: {}", "give one"),
        ("time,value\n" + "9" * 400 + ",1\n", "", "where a time is expected"),
    ],
)
def test_what_cannot_be_read_is_named(
    text: str, mapping: str, message: str, tmp_path: Path
) -> None:
    path = tmp_path / "r.csv"
    with pytest.raises(MixwrightError) as raised:
        read(path, text, mapping)
    assert message.format(path=path) in str(raised.value)
    assert "\n" not in str(raised.value)


def test_salvage_reads_the_other_rows(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_bytes(b"time,value\n1,1\n2,\xff\n3\n4,4\n")
    damage = Damage(salvage=True)
    found = open_recording(path, damage).select((), *EVER)

    assert found.values.tolist() == [1, 4]
    assert [str(loss).split("` ")[1][:6] for loss in damage.losses] == ["line 3", "line 4"]
