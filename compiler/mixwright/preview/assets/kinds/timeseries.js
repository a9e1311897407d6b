mixwright.kinds["timeseries"] = (body, panel, { series }, context) => {
  const { chart, units } = mixwright;
  const colored = series.map((one, number) => ({ ...one, color: mixwright.seriesColor(number) }));
  const host = mixwright.el("div", "chart");
  body.append(host);
  mixwright.legend(body, colored, (alone) => {
    Plotly.restyle(host, { visible: colored.map((_, number) => alone === null || alone === number) });
  });

  let low = Infinity, high = -Infinity;
  const count = Math.max(...series.map(({ values }) => values.length));
  for (let at = 0; at < count; at += 1) {
    let sum = 0;
    for (const { values } of series) {
      const value = values[at];
      if (value == null) continue;
      sum += value;
      const top = panel.stack ? sum : value;
      if (value < low) low = value;
      if (top > high) high = top;
    }
  }
  if (panel.stack && low > 0) low = 0;
  [low, high] = chart.withThresholds(low, high, panel.thresholds);
  const yaxis = chart.valueAxis(low, high, panel, host.clientHeight - 32);

  const traces = colored.map(({ name, values, color }) => ({
    type: "scatter", name: chart.escaped(name), hoverinfo: "none",
    x: values.length === 1 ? [context.range[1]] : context.times, y: values,
    mode: values.filter((v) => v != null).length < 2 ? "markers" : "lines",
    line: { color, width: 1.5 }, marker: { color, size: 5 }, connectgaps: false,
    ...(panel.stack ? { stackgroup: "all", fillcolor: mixwright.faded(color, 0.5) } : {}),
  }));
  const shapes = [...chart.episodeShapes(context.episodes, context.span), ...chart.thresholdShapes(panel.thresholds, yaxis.range)];

  chart.plot(host, traces, chart.layout(context, { yaxis, shapes }), context, {
    of(points, event) {
      const box = host.querySelector(".nsewdrag").getBoundingClientRect();
      const [bottom, top] = yaxis.range;
      const at = top - ((event.clientY - box.top) / box.height) * (top - bottom);
      const nearest = points.reduce((a, b) => (Math.abs(b.y - at) < Math.abs(a.y - at) ? b : a));
      return points
        .map((point) => ({
          name: colored[point.curveNumber].name, color: colored[point.curveNumber].color, number: point.y,
          text: units.text(point.y, panel.unit, panel.decimals), strong: point === nearest,
        }))
        .sort((a, b) => b.number - a.number)
        .slice(0, 20);
    },
  });
};
