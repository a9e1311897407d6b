"""Dashboards mended where that is certain, with every other character left as it was."""

from __future__ import annotations

import json
from pathlib import Path

from mixwright.dashboardfiles import Edit, edited, read_dashboards
from mixwright.driver.fix import fix_files
from mixwright.driver.foreign import read_foreign
from mixwright.lint import lint

TEXT = """{
    "title":"Queues", "uid": "a",\r
\t"templating": {"list": [ {"name": "job", "type":"query",
       "query": "label_values(up, job)", "refresh" : 1 } ]},
    "links": [{"type": "link", "title": "Self", "url": "/d/a"}],
    "panels": [{"type": "table", "title": "é 1e3", "fieldConfig": {"defaults": {"links": [
       {"title": "Self", "url": "/d/a?var-job=x"}]}}}]
}
"""


def test_what_is_certain_is_mended_and_nothing_else_changes(tmp_path: Path) -> None:
    file = tmp_path / "queues.json"
    file.write_bytes(TEXT.encode())

    mended = fix_files(lint(read_foreign([file])))

    after = file.read_bytes().decode()
    assert after == TEXT.replace('"refresh" : 1', '"refresh" : 2').replace(
        '{"type": "link",', '{"keepTime": true,"type": "link",'
    ).replace("?var-job=x", "?var-job=x&${__url_time_range}").replace(
        '{\n    "title":"Q', '{\n    "editable": false,\n    "title":"Q'
    )
    assert len(mended) == 4
    codes = {finding.code for finding in lint(read_foreign([file]))}
    assert not codes & {"dashboard/editable", "link/lost-time-range", "variable/stale-values"}


def test_every_public_dashboard_can_be_edited_and_means_the_same(shared: Path) -> None:
    for dashboard in read_dashboards(shared / "corpus"):
        text = dashboard.place.document.text
        places = [dashboard.place, *(panel.place for panel in dashboard.panels)]

        after = json.loads(edited(text, [Edit(place, "title", "T") for place in places]))

        before = json.loads(text)
        assert after.pop("title") == "T"
        before.pop("title")
        assert without_titles(after) == without_titles(before)


def without_titles(value):
    match value:
        case dict():
            return {n: without_titles(v) for n, v in value.items() if n != "title"}
        case list():
            return [without_titles(part) for part in value]
    return value
