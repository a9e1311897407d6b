mixwright.kinds["status-history"] = (body, panel, { tracks, states }, context) => {
  const { chart, theme, el } = mixwright;
  const host = el("div", "chart");
  body.append(host);
  const colors = states.map(({ state }, n) => (state ? mixwright.stateColor(state) : mixwright.seriesColor([2, 5, 14, 17, 8, 11][n % 6])));
  const texts = states.map(({ text, prefix = "", suffix = "" }) => `${prefix}${text}${suffix}`);
  if (panel.look.legend !== "hidden") {
    mixwright.legend(body, texts.map((name, n) => ({ name, color: colors[n], links: [] })), () => {});
  }
  const count = tracks[0].boxes.length;
  const [from, to] = context.span;
  const width = (to - from) / count;
  const pixels = (host.clientWidth * 0.85) / count;
  const traces = states.map((_, state) => {
    const x = [], y = [], text = [];
    tracks.forEach(({ boxes }, track) => boxes.forEach((box, n) => {
      if (box !== state) return;
      x.push(from + width * (n + 0.5));
      y.push(track);
      text.push(panel.look.show_values !== "never" && pixels > 7 * texts[state].length + 4 ? chart.escaped(texts[state]) : "");
    }));
    return {
      type: "bar", x, y: y.map(() => panel.look.row_height), base: y.map((n) => n - panel.look.row_height / 2), customdata: y, width: width * panel.look.column_width, text, hoverinfo: "none",
      textposition: "inside", insidetextanchor: "middle", textangle: 0, constraintext: "none", textfont: { size: 11, color: theme.color("text") },
      marker: { color: mixwright.faded(colors[state], panel.look.fill / 100) },
    };
  });
  const yaxis = {
    tickvals: tracks.map((_, n) => n), ticktext: tracks.map(({ name }) => chart.escaped(name.length > 32 ? `${name.slice(0, 31)}…` : name)),
    range: [tracks.length - 0.5, -0.5], fixedrange: true, automargin: true, showgrid: false, zeroline: false, tickfont: { size: 12, color: theme.color("secondary") },
  };
  const drills = tracks.filter((track) => track.links.length);
  if (drills.length) {
    const list = el("div", "legend");
    for (const { name, links } of drills) list.append(mixwright.linked(name, links, "item"));
    body.append(list);
  }
  const layout = chart.layout(context, { yaxis, barmode: "overlay", hovermode: "closest", shapes: chart.episodeShapes(context.episodes, context.span) });
  chart.plot(host, traces, layout, context, {
    of: ([point]) => [{ name: tracks[point.customdata]?.name ?? "", color: colors[point.curveNumber], text: texts[point.curveNumber], strong: true }],
  });
};
