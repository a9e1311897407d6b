mixwright.kinds["histogram"] = (body, panel, { start, size, series }, context) => {
  const { chart, units } = mixwright;
  const host = mixwright.el("div", "chart");
  body.append(host);
  const fixed = panel.color && !/^(palette|continuous|thresholds)/.test(panel.color) ? panel.color : null;
  const colored = series.map((one, number) => ({ ...one, color: one.color ?? fixed ? mixwright.color(one.color ?? fixed) : mixwright.seriesColor(number) }));
  if (panel.look.legend !== "hidden") {
    mixwright.legend(body, colored, (alone) => Plotly.restyle(host, { visible: series.map((_, n) => alone === null || alone === n) }));
  }
  const count = series[0].counts.length;
  const most = Math.max(...series.flatMap(({ counts }) => counts));
  const bounds = chart.valueAxis(start, start + size * count, { ...panel, minimum: start, maximum: start + size * count }, host.clientWidth / 3);
  const traces = colored.map(({ name, counts, color }) => ({
    type: "bar", name: chart.escaped(name), hoverinfo: "none", x: counts.map((_, n) => start + size * (n + 0.5)), y: counts, width: size,
    marker: { color: mixwright.faded(color, panel.look.fill / 100), line: { color, width: panel.look.line_width } },
  }));
  const yaxis = chart.valueAxis(0, most, { ...panel, unit: "short", decimals: 0, minimum: 0, maximum: null }, host.clientHeight - 32);
  const layout = chart.layout(context, { xaxis: { ...bounds, showgrid: false }, yaxis, barmode: "overlay", bargap: 0, hovermode: "closest", dragmode: false });
  chart.plot(host, traces, layout, context, {
    title: ([point]) => [point.pointIndex, point.pointIndex + 1].map((n) => units.text(start + size * n, panel.unit, panel.decimals)).join(" – "),
    of: ([point]) => [{ name: colored[point.curveNumber].name, color: colored[point.curveNumber].color, text: String(point.y), strong: true }],
  });
};
