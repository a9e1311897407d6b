"use strict";
// Draws the charts from the data in the page, when they come near the window, in the page's colours.
(() => {
  const charts = JSON.parse(document.getElementById("charts").textContent);
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  // Plotly reads a little HTML in names; what was recorded must stay text.
  const plain = (text) => text.replace(/[&<>]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[c]);
  const short = (text) => (text.length > 90 ? `${text.slice(0, 89)}…` : text);

  const date = (time) => new Date(time).toISOString().slice(0, -1);

  function draw(node) {
    const chart = charts[node.dataset.chart];
    const own = colour(chart.severity), quiet = colour("quiet"), ink = colour("ink"), soft = colour("soft");
    const loud = ["line-1", "line-2", "line-3", "line-4", "line-5", "line-6"].map(colour);
    const days = (chart.range[1] - chart.range[0]) / 86400000;
    const anyLoud = chart.lines.some((line) => line.loud);
    const most = Math.max(...chart.lines.flatMap((line) => line.y.map((y) => Math.abs(y ?? 0))));
    const value = most < 1e4 ? "%{y:.4~g}" : "%{y:.4~s}";
    let next = 0;
    const traces = chart.lines.map((line) => {
      const stands = line.loud || !anyLoud;
      return {
        type: "scatter", mode: "lines", name: plain(short(line.name)), x: line.x.map(date), y: line.y,
        line: { width: stands ? 1.8 : 1, color: stands ? loud[next++ % loud.length] : quiet },
        hovertemplate: `${value}<extra>%{fullData.name}</extra>`,
      };
    });
    for (const line of chart.limits) {
      traces.push({
        type: "scatter", mode: "lines", name: `threshold ${plain(short(line.name))}`, x: line.x.map(date), y: line.y,
        line: { width: 1.4, dash: "dash", color: own }, hovertemplate: `${value}<extra>%{fullData.name}</extra>`,
      });
    }
    const block = (from, to, y0, y1, fill) => ({
      type: "rect", xref: "x", yref: "paper", x0: date(from), x1: date(to), y0, y1, fillcolor: fill, line: { width: 0 }, layer: "below",
    });
    const shapes = chart.incidents.map(([, from, to]) => block(from, to, 0, 1, colour("incident-wash")));
    for (const [from, to] of chart.firing) shapes.push({ ...block(from, to, -0.035, 0, own), layer: "above" });
    for (const page of chart.pages) {
      shapes.push({ type: "line", xref: "x", yref: "paper", x0: date(page), x1: date(page), y0: 0, y1: 1, line: { color: ink, width: 1, dash: "dot" } });
    }
    // Names of incidents that begin close together would cover each other.
    let last = -Infinity;
    const named = chart.incidents.filter(([, from]) => {
      const far = from - last > (chart.range[1] - chart.range[0]) / 6;
      if (far) last = from;
      return far;
    });
    const annotations = named.map(([name, from]) => ({
      x: date(Math.max(from, chart.range[0])), y: 1, xref: "x", yref: "paper", text: plain(short(name)), showarrow: false, xanchor: "left", yanchor: "bottom", font: { size: 11, color: colour("incident") },
    }));
    for (const page of chart.pages) {
      annotations.push({ x: date(page), y: 0, xref: "x", yref: "paper", text: "▼", showarrow: false, yanchor: "bottom", font: { size: 13, color: ink } });
    }
    if (chart.limit !== null) {
      shapes.push({ type: "line", xref: "paper", yref: "y", x0: 0, x1: 1, y0: chart.limit, y1: chart.limit, line: { color: own, width: 1.5, dash: "dash" } });
      annotations.push({ x: 1, y: chart.limit, xref: "paper", yref: "y", text: plain(chart.limitText), showarrow: false, xanchor: "right", yanchor: "bottom", font: { size: 11, color: own } });
      // An unseen trace keeps the threshold inside the picture.
      traces.push({ type: "scatter", mode: "markers", x: [date(chart.range[0])], y: [chart.limit], marker: { opacity: 0 }, hoverinfo: "skip", showlegend: false });
    }
    const grid = { gridcolor: colour("line"), linecolor: colour("line"), zerolinecolor: colour("line"), tickfont: { color: soft, size: 11 } };
    Plotly.react(node, traces, {
      shapes, annotations, autosize: true, hovermode: "x unified", margin: { l: 56, r: 14, t: 22, b: 34 },
      paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", font: { family: getComputedStyle(document.body).fontFamily, color: ink },
      hoverlabel: { bgcolor: colour("sheet"), bordercolor: colour("line"), font: { color: ink, size: 12 }, namelength: -1 },
      showlegend: chart.lines.length + chart.limits.length > 1, legend: { orientation: "h", y: -0.2, font: { size: 11, color: soft } },
      // The ticks are long and unseen to leave room for the strip that shows when the alert fires.
      xaxis: { ...grid, type: "date", range: chart.range.map(date), ticks: "outside", ticklen: 9, tickcolor: "rgba(0,0,0,0)", tickformat: days < 2 ? "%H:%M" : "" },
      yaxis: { ...grid, tickformat: most < 1e4 ? "" : "~s", exponentformat: "power" },
    }, { displayModeBar: false, responsive: true });
  }

  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      seen.unobserve(entry.target);
      draw(entry.target);
    }
  }, { rootMargin: "600px" });
  const plots = document.querySelectorAll(".plot");
  plots.forEach((plot) => seen.observe(plot));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    plots.forEach((plot) => { if (plot.data) draw(plot); });
  });
})();
