mixwright.kinds["heatmap"] = (body, panel, { buckets, cells, perCell }, context) => {
  const { chart, units, theme } = mixwright;
  const host = mixwright.el("div", "chart");
  body.append(host);
  const times = context.times.filter((_, n) => n % perCell === 0);
  const every = Math.max(1, Math.ceil(buckets.length / Math.max(3, (host.clientHeight - 32) / 22)));
  const rows = buckets.map((_, n) => n);
  const shown = rows.filter((n) => n % every === 0);
  const yaxis = {
    tickvals: shown, ticktext: shown.map((n) => chart.escaped(buckets[n])), range: [-0.5, buckets.length - 0.5],
    fixedrange: true, automargin: true, showgrid: false, zeroline: false, tickfont: { size: 12, color: theme.color("secondary") },
  };
  // Colours follow the square root, as in the compiled dashboards, so that rare things are seen.
  const scale = ["heat0", "heat1", "heat2", "heat3", "heat4"].map((name, n) => [(n / 4) ** 2, theme.color(name)]);
  const trace = {
    // Nothing in a bucket is drawn as nothing, so that the eye finds what is there.
    type: "heatmap", x: times, y: rows, z: cells.map((row) => row.map((v) => v || null)), hoverinfo: "none", hoverongaps: false,
    colorscale: scale, zmin: 0, xgap: host.clientWidth / times.length > 8 ? 1 : 0, ygap: 1, showscale: false,
  };
  const shapes = chart.episodeShapes(context.episodes, context.span);
  const layout = chart.layout(context, { yaxis, shapes, hovermode: "closest" });
  chart.plot(host, [trace], layout, context, {
    of: ([point]) => [{ name: `≤ ${buckets[point.y]}`, color: theme.color("heat3"), text: units.text(point.z, "short", null), strong: true }],
  });
};
