mixwright.kinds["timeseries"] = (body, panel, { series, calculations }, context) => {
  const { chart, units } = mixwright;
  const SHAPES = { linear: "linear", smooth: "spline", stepBefore: "vh", stepAfter: "hv" };
  const DASHES = { solid: "solid", dash: "10px,10px", dot: "2px,8px" };
  const fixed = panel.color && !/^(palette|continuous|thresholds)/.test(panel.color) ? panel.color : null;
  const lines = series.map((one, number) => {
    const look = one.look ?? panel.look;
    const color = one.color ?? fixed;
    return {
      ...one, look, unit: one.unit ?? panel.unit, decimals: one.decimals ?? panel.decimals,
      color: color ? mixwright.color(color) : mixwright.seriesColor(number), values: look.negative ? one.values.map((v) => (v == null ? v : -v)) : one.values,
    };
  });
  const right = (line) => line.look.axis === "right" || (line.look.axis === "auto" && line.unit !== lines[0].unit);
  const zeros = panel.look.unlisted.includes("zeros");
  const listed = (line) => !zeros || line.values.some((v) => v != null && v !== 0);
  const host = mixwright.el("div", "chart");
  const place = panel.look.legend_at === "right" ? "beside" : "";
  if (place) body.classList.add(place);
  body.append(host);
  if (panel.look.legend !== "hidden") {
    const named = lines.filter(listed);
    mixwright.legend(body, named, (alone) => {
      Plotly.restyle(host, { visible: lines.map((line) => alone === null || line === named[alone]) });
    }, panel.look.legend === "table" || calculations ? calculations ?? [] : null);
  }
  const height = host.clientHeight - 32;

  function axis(own, side) {
    let low = Infinity, high = -Infinity;
    const count = Math.max(0, ...own.map(({ values }) => values.length));
    for (let at = 0; at < count; at += 1) {
      const sums = {};
      for (const { values, look } of own) {
        const value = values[at];
        if (value == null || (look.axis_scale.startsWith("log") && value <= 0)) continue;
        const group = look.stack ? look.stack_group : "";
        const top = group ? (sums[group] = (sums[group] ?? 0) + value) : value;
        if (value < low) low = value;
        if (top > high) high = top;
      }
    }
    const { look, unit, decimals } = own[0];
    const percent = look.stack === "percent";
    if (percent) [low, high] = [0, 100];
    if ((look.stack || look.draw === "bars") && low > 0) low = 0;
    if (look.soft_minimum !== null) low = Math.min(low, look.soft_minimum);
    if (look.soft_maximum !== null) high = Math.max(high, look.soft_maximum);
    if (side === "left") [low, high] = chart.withThresholds(low, high, panel.thresholds);
    const shared = side === "left" ? panel : { ...panel, minimum: null, maximum: null };
    const found = chart.valueAxis(low, high, { ...shared, unit: percent ? "percent" : unit, decimals }, height, look.axis_scale);
    if (look.axis_label) found.title = { text: chart.escaped(look.axis_label), font: { size: 12 }, standoff: 4 };
    if (look.axis === "hidden") found.showticklabels = false;
    return found;
  }

  const [left, other] = [lines.filter((line) => !right(line)), lines.filter(right)];
  const yaxis = axis(left.length ? left : lines, "left");
  const yaxis2 = left.length && other.length ? { ...axis(other, "right"), overlaying: "y", side: "right", showgrid: false } : null;

  const traces = lines.map((line) => {
    const { name, values, color, look } = line;
    const fill = look.fill ?? (look.stack ? 50 : 0);
    const lonely = values.filter((v) => v != null).length < 2;
    const shared = {
      name: chart.escaped(name), hoverinfo: "none", x: values.length === 1 ? [context.range[1]] : context.times, y: values,
      ...(yaxis2 && right(line) ? { yaxis: "y2" } : {}),
    };
    const fillcolor = mixwright.faded(color, fill / 100);
    if (look.draw === "bars") return { ...shared, type: "bar", marker: { color: mixwright.faded(color, Math.max(fill, 70) / 100), line: { color, width: 0 } } };
    return {
      ...shared, type: "scatter",
      mode: look.draw === "points" || lonely ? "markers" : look.points === "always" ? "lines+markers" : "lines",
      line: { color, width: Math.max(1.5, look.line_width) * (look.line_width ? 1 : 0), dash: DASHES[look.line_style], shape: SHAPES[look.interpolation] },
      marker: { color, size: look.point_size }, connectgaps: look.connect !== false,
      ...(look.stack
        ? { stackgroup: look.stack_group, fillcolor, ...(look.stack === "percent" ? { groupnorm: "percent" } : {}) }
        : fill ? { fill: "tozeroy", fillcolor } : {}),
    };
  });
  const shapes = [...chart.episodeShapes(context.episodes, context.span), ...chart.markShapes(context.marks, context.span), ...chart.thresholdShapes(panel.thresholds, yaxis.range)];
  const layout = chart.layout(context, { yaxis, shapes, ...(yaxis2 ? { yaxis2 } : {}), ...(panel.look.stack ? { barmode: "stack" } : {}), bargap: 0.1 });

  chart.plot(host, traces, layout, context, {
    of(points, event) {
      if (panel.look.tooltip === "none") return [];
      const box = host.querySelector(".nsewdrag").getBoundingClientRect();
      const [bottom, top] = yaxis.range;
      const at = top - ((event.clientY - box.top) / box.height) * (top - bottom);
      const nearest = points.reduce((a, b) => (Math.abs(b.y - at) < Math.abs(a.y - at) ? b : a));
      return points
        .filter((point) => (panel.look.tooltip === "multi" || point === nearest) && listed(lines[point.curveNumber]))
        .map((point) => {
          const { name, color, unit, decimals, look } = lines[point.curveNumber];
          const number = look.negative ? -point.y : point.y;
          return { name, color, number: point.y, text: units.text(number, unit, decimals), strong: point === nearest };
        })
        .sort((a, b) => b.number - a.number)
        .slice(0, 20);
    },
  });
};
