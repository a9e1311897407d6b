from __future__ import annotations

import html
import re
from pathlib import Path
from urllib.parse import unquote

import pytest

from mixwright.driver.project import resolved
from mixwright.loader import standard_names
from mixwright.preview import PreviewResult, render
from mixwright.recordings import open_recording

from ..browser import NEEDED, address, assert_drawn, drill_downs, opened, walk
from .conftest import EVIL

pytestmark = [pytest.mark.slow, NEEDED]


def test_every_page_draws_every_panel_without_an_error(preview: PreviewResult):
    for path in preview.pages:
        assert_drawn(opened(path.as_uri()))
    assert "data-error" not in opened(preview.index.as_uri())


def test_every_kind_leaves_something_to_see(preview: PreviewResult):
    dom = opened((preview.index.parent / "world-jobs.html").as_uri())

    assert dom.count("js-plotly-plot") == 4
    for mark in (
        "stat-box",
        "gauge-box",
        'class="bars"',
        "scatterlayer",
        "heatmaplayer",
        "barlayer",
    ):
        assert mark in dom


def test_every_drill_down_arrives_where_it_says(preview: PreviewResult):
    links = {link for path in preview.pages for link in drill_downs(opened(path.as_uri()))}
    assert len(links) >= 3

    for link in sorted(links)[:6]:
        dom = opened(address(preview, link))
        assert_drawn(dom)
        chosen = {
            html.unescape(value)
            for value in re.findall(r'<option value="([^"]*)"(?: selected="")?>', dom)
        }
        for value in re.findall(r"var-\w+=([^&]*)", link):
            assert unquote(value) in chosen
        assert '<p class="notice" id="notice" hidden=""></p>' in dom


STACK = {"alertmanager", "apache", "blackbox", "etcd", "grafana", "mysql", "nginx", "prometheus"}
LOOPBACK = {"http-service", "node"}
SIMULATED = {"istio", "istio-control", "prometheus-operator"}
WALKED = {
    "cluster": {*standard_names()} - STACK - LOOPBACK - SIMULATED,
    "loopback": LOOPBACK,
    "stack": STACK,
}
SOMETIMES_EMPTY = {"kubernetes-workload.html", "kubernetes-pod.html"}
"""Pages on which a container may have told nothing."""


@pytest.mark.parametrize("name", WALKED)
def test_every_page_of_every_mixin_is_reached_by_clicking_down_from_its_root(
    name: str, repository: Path, tmp_path: Path
):
    mixins = resolved(repository, sorted(WALKED[name]))
    with open_recording(repository / "recordings" / name / "metrics") as recording:
        start, end = recording.span()
        preview = render(mixins, recording, tmp_path / "p", start=start, end=end)
    assert preview.failures == ()

    roots = [f"{root.uid}.html" for mixin in mixins for root in mixin.dashboards]
    walk(preview, roots, SOMETIMES_EMPTY)


def test_recorded_strings_stay_text_in_the_browser(preview: PreviewResult):
    dom = opened((preview.index.parent / "world-jobs.html").as_uri())

    assert html.escape(EVIL, quote=False) in dom
    assert "<img" not in dom


def test_axes_and_tooltips_read_as_in_grafana(tmp_path: Path):
    here = Path(__file__).parent
    assets = here.parents[1] / "compiler" / "mixwright" / "preview" / "assets"
    page = tmp_path / "units.html"
    page.write_text(
        f"""<!doctype html><meta charset="utf-8"><body><script>
{(assets / "core.js").read_text("utf-8")}
{(assets / "units.js").read_text("utf-8")}
const table = {(assets / "units.json").read_text("utf-8")};
const agreed = {(here / "units_agreed.json").read_text("utf-8")};
mixwright.units.use(table);
const known = new Set([...Object.values(table).flatMap((units) => Object.keys(units)),
  "", "foo", "percent", "percentunit", "locale", "sci", "timeticks", "dthms",
  "suffix:bar", "prefix:€", "count:cats", "currency:X", "dateTimeAsIso", "dateTimeAsSystem"]);
let right = 0;
const wrong = [];
for (const [unit, rows] of Object.entries(agreed)) {{
  if (!known.has(unit)) continue;
  for (const [value, decimals, text] of rows) {{
    const got = mixwright.units.text(value, unit, decimals);
    if (got === text) right += 1; else wrong.push([unit, value, decimals, text, got]);
  }}
}}
document.body.textContent = JSON.stringify({{ right, wrong }});
</script>""",
        "utf-8",
    )
    dom = html.unescape(opened(page.as_uri()))

    assert '"wrong":[]' in dom, dom[-2000:]
    assert int(re.search(r'"right":(\d+)', dom)[1]) > 2500
