"""CSV as a recording: one row a sample, or one column a series.

Without a word from anybody, the column called `time` (or `timestamp`, …) is the time. If there is a
column called `value`, the other columns are labels; if there is none, each is a series of its own,
named by its heading. Whatever is laid out otherwise is explained by a mapping beside `cpu.csv`, in
`cpu.csv.yaml`; every field of it may be left out:

```yaml
delimiter: ";"
time: TimeStamp               # the column
format: "%d.%m.%Y %H:%M"      # iso, seconds, milliseconds, microseconds, nanoseconds, or as in strptime
timezone: Europe/Berlin       # of times that do not say; else UTC
value: Value                  # the column; without it, one column a series
name: cpu_usage               # of the metric; else the column `__name__`, `metric` or `series`, or the file's name
labels: {instance: host}      # label from column; else all other columns
constant: {job: cloudwatch}   # labels that every series has
series: {a: 'cpu{host="a"}'}  # one column a series: what each is; else all columns, by their headings
```
"""

from __future__ import annotations

from pathlib import Path

from mixwright.recordings.csv.layout import delimiter_of, mapping_beside, time_column
from mixwright.recordings.csv.reading import read_csv
from mixwright.recordings.recording import SourceFormat

_HEAD = 1 << 16
"""Bytes of a file that are looked at for a line of headings."""


def _recognises(path: Path) -> bool:
    if not path.is_file():
        return False
    if mapping_beside(path).is_file():
        return True
    with path.open("rb") as file:
        lines = file.read(_HEAD).decode("utf-8-sig", "replace").splitlines()
    heading = next((line for line in lines[:2] if not line.startswith("sep=")), "")
    columns = heading.split(delimiter_of(heading))
    return len(columns) > 1 and time_column([c.strip(' "') for c in columns]) is not None


SOURCE = SourceFormat("CSV", _recognises, read_csv)
