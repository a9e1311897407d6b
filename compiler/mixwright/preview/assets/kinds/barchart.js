mixwright.kinds["barchart"] = (body, panel, { groups, bars }, context) => {
  const { chart, units, theme } = mixwright;
  const { look } = panel;
  const host = mixwright.el("div", "chart");
  body.append(host);
  const colored = bars.map((bar, number) => ({ ...bar, links: [], color: bar.color && !/^(palette|continuous|thresholds)/.test(bar.color) ? mixwright.color(bar.color) : mixwright.seriesColor(number) }));
  if (look.legend !== "hidden") {
    mixwright.legend(body, colored, (alone) => Plotly.restyle(host, { visible: bars.map((_, n) => alone === null || alone === n) }));
  }
  const across = look.orientation === "horizontal";
  let low = 0, high = 0;
  groups.forEach((_, n) => {
    const values = bars.map(({ values: all }) => all[n] ?? 0);
    low = Math.min(low, ...values);
    high = Math.max(high, look.stack ? values.reduce((a, b) => a + Math.max(b, 0), 0) : Math.max(...values));
  });
  if (look.stack === "percent") [low, high] = [0, 100];
  const numbers = chart.valueAxis(low, high, look.stack === "percent" ? { ...panel, unit: "percent" } : panel, across ? host.clientWidth / 3 : host.clientHeight - 40);
  const places = groups.map((_, n) => n);
  const names = {
    tickvals: places, ticktext: groups.map(chart.escaped), range: across ? [groups.length - 0.5, -0.5] : [-0.5, groups.length - 0.5], automargin: true,
    fixedrange: true, showgrid: false, zeroline: false, tickangle: -look.label_rotation || "auto", tickfont: { size: 12, color: theme.color("secondary") },
  };
  const always = look.show_values === "always" || (look.show_values === "auto" && groups.length * bars.length <= 12);
  const traces = colored.map(({ name, values, color, unit, decimals }) => ({
    type: "bar", orientation: across ? "h" : "v", name: chart.escaped(name), hoverinfo: "none",
    [across ? "y" : "x"]: places, [across ? "x" : "y"]: values, marker: { color: mixwright.faded(color, look.fill / 100), line: { color, width: look.line_width } },
    ...(always ? { text: values.map((v) => (v == null ? "" : chart.escaped(units.text(v, unit, decimals)))), textposition: look.stack ? "inside" : "outside", textangle: 0, cliponaxis: false, constraintext: "none", textfont: { size: 11, color: theme.color("text") } } : {}),
  }));
  const layout = chart.layout(context, {
    xaxis: across ? { ...numbers, showgrid: true } : names, yaxis: across ? names : numbers, barmode: look.stack ? "stack" : "group", hovermode: "closest", dragmode: false,
    ...(look.stack === "percent" ? { barnorm: "percent" } : {}), bargap: 1 - look.group_width, bargroupgap: 1 - look.bar_width, margin: { l: 12, r: 28, t: 16, b: 24 },
  });
  chart.plot(host, traces, layout, context, {
    title: ([point]) => groups[across ? point.y : point.x],
    of: ([point]) => {
      const { name, color, unit, decimals } = colored[point.curveNumber];
      return [{ name, color, text: units.text(colored[point.curveNumber].values[point.pointIndex], unit, decimals), strong: true }];
    },
  });
};
