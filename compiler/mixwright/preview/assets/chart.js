// What charts over time share: axes with Grafana's round numbers, thresholds and alerts behind, the tooltip.
mixwright.chart = (() => {
  const { theme, units } = mixwright;
  const CONFIG = { displayModeBar: false, responsive: true, doubleClick: false, showTips: false };

  const clock = (ms, seconds = false) => new Date(ms).toISOString().slice(11, seconds ? 19 : 16);
  const day = (ms) => new Date(ms).toISOString().slice(0, 10);

  function timeAxis([from, to]) {
    const long = to - from > 36 * 3600e3;
    return {
      type: "date", range: [from, to], fixedrange: false, nticks: 8,
      tickformat: long ? "%m/%d %H:%M" : to - from < 240e3 ? "%H:%M:%S" : "%H:%M",
      gridcolor: theme.color("grid"), linecolor: theme.color("grid"), zeroline: false, ticks: "outside", ticklen: 4,
      tickcolor: theme.color("grid"), tickfont: { size: 12, color: theme.color("secondary") }, hoverformat: "%H:%M:%S",
    };
  }

  /** The distance between ticks: round in the unit's own counting (10, 1024, or 60). */
  function increment(rough, unit) {
    if (units.base(unit) === 1024) return 2 ** Math.ceil(Math.log2(rough));
    const second = units.perSecond(unit);
    if (second && rough > second) {
      const round = [1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21600, 43200, 86400, 172800, 604800, 2592000, 7776000, 31536000];
      const found = round.find((seconds) => seconds * second >= rough);
      if (found) return found * second;
    }
    const power = 10 ** Math.floor(Math.log10(rough));
    return power * [1, 2, 2.5, 5, 10].find((step) => step * power >= rough * 0.999);
  }

  /** Text on an axis: zeros that only fill up the decimals are dropped, as Grafana does. */
  function tick(value, unit, decimals) {
    const parts = units.parts(value, unit, decimals);
    const text = decimals === null && Number.isFinite(+parts.text) ? String(+parts.text) : parts.text;
    return `${parts.prefix ?? ""}${text}${parts.suffix ?? ""}`;
  }

  /** The axis of values from `low` to `high`, widened to round numbers unless the panel says where it ends. */
  function valueAxis(low, high, panel, height, scale = "linear") {
    if (!(low <= high)) [low, high] = [0, 1];
    if (scale.startsWith("log") && low > 0) {
      const base = Number(scale.slice(3)), of = (v) => Math.log(v) / Math.log(base);
      const powers = [];
      for (let n = Math.floor(of(low) + 1e-9); n <= Math.ceil(of(high) - 1e-9); n += 1) powers.push(base ** n);
      return {
        type: "log", range: [Math.log10(powers[0]), Math.log10(powers.at(-1))], tickvals: powers, ticktext: powers.map((v) => escaped(tick(v, panel.unit, panel.decimals))),
        fixedrange: true, automargin: true, gridcolor: theme.color("grid"), zeroline: false, tickfont: { size: 12, color: theme.color("secondary") },
      };
    }
    const flat = low === 0 && high === 0;
    if (low === high) [low, high] = flat ? [0, 1] : [low - Math.abs(low) * 0.1, high + Math.abs(high) * 0.1];
    if (low > 0 && low < 0.5 * high) low = 0;
    if (panel.minimum !== null) low = Math.min(panel.minimum, high);
    if (panel.maximum !== null && panel.maximum > low) high = panel.maximum;
    const step = flat ? high - low : increment((high - low) / Math.max(2, Math.min(8, height / 34)), panel.unit);
    const bottom = panel.minimum ?? Math.floor(low / step + 1e-9) * step;
    const top = panel.maximum ?? Math.ceil(high / step - 1e-9) * step;
    const values = [];
    for (let n = Math.ceil(bottom / step - 1e-9); n * step <= top + step * 1e-6; n += 1) values.push(+(n * step).toPrecision(12));
    return {
      range: [bottom, top], tickvals: values, ticktext: values.map((v) => escaped(tick(v, panel.unit, panel.decimals))),
      fixedrange: true, automargin: true, gridcolor: theme.color("grid"), zeroline: false,
      tickfont: { size: 12, color: theme.color("secondary") },
    };
  }

  /** Plotly reads a little HTML in texts: `<b>`, `<a href>`; recorded strings must not be read so. */
  const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

  /** The end of a scale that makes room for a threshold which the values come near. */
  const withThresholds = (low, high, thresholds) => {
    for (const { value } of thresholds) {
      if (value > high && value <= high + (high - Math.min(low, 0)) * 1.5) high = value * 1.05;
      if (value < low && value >= low - (high - low) * 1.5) low = value;
    }
    return [low, high];
  };

  function thresholdShapes(thresholds, [bottom, top]) {
    return thresholds.filter(({ value }) => value >= bottom && value <= top).flatMap(({ value, severity, above }) => {
      const color = mixwright.stateColor(severity);
      const across = { xref: "paper", x0: 0, x1: 1, yref: "y" };
      return [
        { type: "rect", ...across, y0: value, y1: above ? top : bottom, fillcolor: mixwright.faded(color, 0.09), line: { width: 0 }, layer: "below" },
        { type: "line", ...across, y0: value, y1: value, line: { color, width: 1.5, dash: "dash" } },
      ];
    });
  }

  function episodeShapes(episodes, [, to]) {
    return episodes.flatMap(({ severity, start, end }) => {
      const color = mixwright.stateColor(severity);
      const tall = { xref: "x", x0: start, yref: "paper" };
      return [
        { type: "rect", ...tall, x1: end ?? to, y0: 0, y1: 1, fillcolor: mixwright.faded(color, 0.12), line: { width: 0 }, layer: "below" },
        { type: "rect", ...tall, x1: end ?? to, y0: 0, y1: 0.015, fillcolor: color, line: { width: 0 } },
        { type: "line", ...tall, x1: start, y0: 0, y1: 1, line: { color, width: 1, dash: "dot" } },
      ];
    });
  }

  /** What a dashboard marks on all charts: moments as lines, stretches as bands. */
  function markShapes(marks, [, to]) {
    return marks.flatMap(({ color: name, start, end }) => {
      const color = mixwright.color(name);
      const tall = { xref: "x", x0: start, yref: "paper" };
      const band = end > start ? [{ type: "rect", ...tall, x1: end ?? to, y0: 0, y1: 1, fillcolor: mixwright.faded(color, 0.12), line: { width: 0 }, layer: "below" }] : [];
      return [...band, { type: "line", ...tall, x1: start, y0: 0, y1: 1, line: { color, width: 1.5, dash: "dash" } }];
    });
  }

  function layout(context, more) {
    return {
      paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", showlegend: false, hovermode: "x", hoverdistance: -1,
      margin: { l: 12, r: 12, t: 8, b: 24 }, font: { family: theme.color("font") || "sans-serif", color: theme.color("text") },
      dragmode: "zoom", xaxis: timeAxis(context.range), ...more,
    };
  }

  const tooltip = mixwright.el("div", "tooltip");
  tooltip.hidden = true;
  document.body.append(tooltip);

  function showTooltip(event, heading, time, rows, { episodes, marks, steps }) {
    tooltip.replaceChildren(mixwright.el("div", "time", heading ?? `${day(time)} ${clock(time, true)}`));
    for (const { name, color, text, strong } of rows) {
      const row = mixwright.el("div", strong ? "row strong" : "row");
      const mark = mixwright.el("i");
      mark.style.background = color;
      row.append(mark, mixwright.el("span", "name", name), mixwright.el("b", "", text));
      tooltip.append(row);
    }
    for (const { alert, severity, labels } of episodes.filter((e) => e.start <= time && time <= (e.end ?? Infinity))) {
      const row = mixwright.el("div", "row alert");
      row.style.color = mixwright.stateColor(severity);
      row.append(mixwright.el("span", "name", `${severity} ${alert} ${labels === "{}" ? "" : labels}`));
      tooltip.append(row);
    }
    for (const { name, color, text } of heading === null ? marks.filter((m) => m.start - steps.step <= time && time <= m.end + steps.step) : []) {
      const row = mixwright.el("div", "row");
      row.style.color = mixwright.color(color);
      row.append(mixwright.el("span", "name", `${name} ${text}`));
      tooltip.append(row);
    }
    tooltip.hidden = false;
    const { clientX: x, clientY: y } = event;
    const box = tooltip.getBoundingClientRect();
    tooltip.style.left = `${x + 16 + box.width > innerWidth ? Math.max(4, x - box.width - 16) : x + 16}px`;
    tooltip.style.top = `${Math.max(4, Math.min(y + 16, innerHeight - box.height - 4))}px`;
  }

  /** Draw traces into `host`; `rows` tells the tooltip's lines for the points under the pointer. */
  function plot(host, traces, layoutOfChart, context, rows) {
    Plotly.newPlot(host, traces, layoutOfChart, CONFIG);
    host.on("plotly_hover", ({ event, points }) => {
      if (points.length) {
        const shown = rows.of(points, event);
        if (shown.length) showTooltip(event, rows.title?.(points) ?? null, rows.time?.(points, event) ?? +new Date(points[0].x), shown, context);
      }
    });
    host.on("plotly_unhover", () => { tooltip.hidden = true; });
    host.on("plotly_relayout", (change) => {
      const from = change["xaxis.range[0]"], to = change["xaxis.range[1]"];
      if (from !== undefined && to !== undefined) context.zoom([asTime(from), asTime(to)]);
    });
    host.on("plotly_doubleclick", () => context.zoom(null));
  }

  // Plotly tells dates as text without a zone, which are UTC here.
  const asTime = (date) => (typeof date === "number" ? date : Date.parse(`${date.replace(" ", "T")}Z`));

  return { plot, layout, timeAxis, valueAxis, withThresholds, thresholdShapes, episodeShapes, markShapes, clock, day, escaped, asTime };
})();
