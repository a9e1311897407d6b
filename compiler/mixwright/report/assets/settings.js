"use strict";
// Draws what settings are worth, from the data in the page, in the page's colours.
(() => {
  const charts = JSON.parse(document.getElementById("settings").textContent);
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  const plain = (text) => text.replace(/[&<>]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[c]);

  function frame(x, y) {
    const grid = { gridcolor: colour("line"), linecolor: colour("line"), zerolinecolor: colour("line"), tickfont: { color: colour("soft"), size: 11 } };
    const title = (text) => ({ text, font: { size: 12, color: colour("soft") }, standoff: 6 });
    return {
      autosize: true, margin: { l: 62, r: 14, t: 14, b: 44 }, hovermode: "closest",
      paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", font: { family: getComputedStyle(document.body).fontFamily, color: colour("ink") },
      hoverlabel: { bgcolor: colour("sheet"), bordercolor: colour("line"), font: { color: colour("ink"), size: 12 } },
      legend: { orientation: "h", y: -0.28, font: { size: 11, color: colour("soft") } },
      xaxis: { ...grid, title: title(x) }, yaxis: { ...grid, title: title(y) },
    };
  }

  const marker = (x, y, name, symbol, fill) => ({
    type: "scatter", mode: "markers", name, x: [x], y: [y], hoverinfo: "name", cliponaxis: false,
    marker: { size: 13, symbol, color: fill, line: { width: 2, color: colour("sheet") } },
  });

  function curve(chart) {
    const traces = [
      { type: "scatter", mode: "markers", name: "settings", x: chart.points.map((p) => p[0]), y: chart.points.map((p) => p[1]), text: chart.points.map((p) => plain(p[2])), hovertemplate: "%{text}<extra></extra>", marker: { size: 6, color: colour("quiet"), opacity: 0.6 } },
      { type: "scatter", mode: "lines+markers", name: "front", x: chart.front.map((p) => p[0]), y: chart.front.map((p) => p[1]), text: chart.front.map((p) => plain(p[2])), hovertemplate: "%{text}<extra></extra>", line: { shape: "hv", width: 2, color: colour("line-1") }, marker: { size: 7 } },
      marker(chart.now[0], chart.now[1], "now", "x", colour("ink")),
    ];
    if (chart.chosen) traces.push(marker(chart.chosen[0], chart.chosen[1], "take", "diamond", colour("good")));
    const layout = frame("false pages a week", "recall");
    layout.yaxis.range = [-0.05, 1.08];
    layout.yaxis.tickformat = ".0%";
    const most = Math.max(1, chart.now[0], ...chart.points.map((p) => p[0]));
    layout.xaxis.range = [-0.03 * most, 1.04 * most];
    if (chart.budget !== null) {
      layout.shapes = [{ type: "line", xref: "x", yref: "paper", x0: chart.budget, x1: chart.budget, y0: 0, y1: 1, line: { color: colour("ticket"), width: 1.5, dash: "dash" } }];
    }
    return [traces, layout];
  }

  // Equal steps for values that are not: a map is read by the order of its settings.
  const place = (axis, value) => {
    const values = axis.values;
    if (value <= values[0]) return 0;
    for (let n = 1; n < values.length; n++) {
      if (value <= values[n]) return n - 1 + (value - values[n - 1]) / (values[n] - values[n - 1]);
    }
    return values.length - 1;
  };

  const gap = (axis) => (axis.values.length > 25 ? 0 : 1);

  function ticks(axis) {
    const every = Math.max(1, Math.ceil(axis.values.length / 8));
    const shown = axis.values.map((_, n) => n).filter((n) => n % every === 0);
    return { tickvals: shown, ticktext: shown.map((n) => axis.texts[n]), tickmode: "array", showgrid: false, zeroline: false };
  }

  function map(chart) {
    const hover = chart.text.map((row, i) => row.map((text, j) => plain(`${chart.x.name} ${chart.x.texts[j]}, ${chart.y.name} ${chart.y.texts[i]}: ${text}`)));
    const traces = [
      { type: "heatmap", z: chart.z, text: hover, hovertemplate: "%{text}<br>F1 %{z:.2f}<extra></extra>", zmin: 0, zmax: 1, xgap: gap(chart.x), ygap: gap(chart.y), colorscale: [[0, colour("code")], [1, colour("line-1")]], colorbar: { thickness: 10, outlinewidth: 0, tickfont: { size: 11, color: colour("soft") } } },
      marker(place(chart.x, chart.now[0]), place(chart.y, chart.now[1]), "now", "x", colour("ink")),
      marker(place(chart.x, chart.chosen[0]), place(chart.y, chart.chosen[1]), "take", "diamond", colour("good")),
    ];
    const layout = frame(chart.x.name, chart.y.name);
    Object.assign(layout.xaxis, ticks(chart.x), { range: [-0.5, chart.x.values.length - 0.5] });
    Object.assign(layout.yaxis, ticks(chart.y), { range: [-0.5, chart.y.values.length - 0.5] });
    return [traces, layout];
  }

  function line(chart) {
    const traces = [
      { type: "scatter", mode: "lines", name: "recall", x: chart.x.values, y: chart.recall, line: { width: 2, shape: "hv", color: colour("line-1") } },
      { type: "scatter", mode: "lines", name: "false pages a week", x: chart.x.values, y: chart.false, yaxis: "y2", line: { width: 2, shape: "hv", color: colour("bad") } },
    ];
    const noise = Math.max(1, ...chart.false);
    const layout = frame(chart.x.name, "recall");
    layout.yaxis.range = [-0.03, 1.05];
    layout.yaxis.tickformat = ".0%";
    layout.yaxis2 = { overlaying: "y", side: "right", range: [-0.03 * noise, 1.05 * noise], tickfont: { color: colour("bad"), size: 11 }, showgrid: false };
    layout.margin.r = 48;
    layout.hovermode = "x unified";
    const upright = (x, dash, own) => ({ type: "line", xref: "x", yref: "paper", x0: x, x1: x, y0: 0, y1: 1, line: { color: own, width: 1.5, dash } });
    layout.shapes = [upright(chart.now, "dot", colour("ink"))];
    if (chart.chosen !== null) layout.shapes.push(upright(chart.chosen, "dash", colour("good")));
    return [traces, layout];
  }

  // The share of incidents that somebody knew of, by the time since their start.
  function delays(chart) {
    const traces = chart.lines.map((line, n) => ({
      type: "scatter", mode: "lines", name: plain(line.name), x: line.x, y: line.y,
      line: { width: 2, shape: "hv", color: n ? colour("quiet") : colour("line-1") },
    }));
    const layout = frame("minutes since an incident began", "known of");
    layout.yaxis.range = [-0.03, 1.05];
    layout.yaxis.tickformat = ".0%";
    layout.xaxis.rangemode = "tozero";
    layout.hovermode = "x unified";
    layout.showlegend = traces.length > 1;
    return [traces, layout];
  }

  const kinds = { curve, map, line, delays };
  const plots = document.querySelectorAll(".settings");
  const draw = (node) => {
    const chart = charts[node.dataset.chart];
    Plotly.react(node, ...kinds[chart.kind](chart), { displayModeBar: false, responsive: true });
  };
  plots.forEach(draw);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => plots.forEach(draw));
})();
