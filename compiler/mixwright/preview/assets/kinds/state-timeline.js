mixwright.kinds["state-timeline"] = (body, panel, { tracks, states }, context) => {
  const { chart, theme } = mixwright;
  const host = mixwright.el("div", "chart");
  body.append(host);
  const colors = states.map(({ state }, n) => (state ? mixwright.stateColor(state) : mixwright.seriesColor([2, 5, 14, 17, 8, 11][n % 6])));
  const texts = states.map(({ text, prefix = "", suffix = "" }) => `${prefix}${text}${suffix}`);
  const { start, step } = context.steps;
  const width = context.range[1] - context.range[0];
  const pixels = host.clientWidth * 0.85;

  const traces = states.map((_, state) => {
    const x = [], base = [], y = [], text = [];
    tracks.forEach(({ spans }, track) => {
      for (const [first, length, number] of spans) {
        if (number !== state) continue;
        base.push(start + first * step);
        x.push(length * step);
        y.push(track);
        text.push(((length * step) / width) * pixels > 7 * texts[state].length + 8 ? chart.escaped(texts[state]) : "");
      }
    });
    return {
      type: "bar", orientation: "h", x, base, y, text, width: 0.9, hoverinfo: "none", textposition: "inside", insidetextanchor: "start",
      textangle: 0, constraintext: "none", textfont: { size: 12, color: theme.color("text") },
      marker: { color: mixwright.faded(colors[state], 0.75) },
    };
  });
  mixwright.legend(body, texts.map((name, n) => ({ name, color: colors[n], links: [] })), (alone) => {
    Plotly.restyle(host, { visible: states.map((_, n) => alone === null || alone === n) });
  });

  const drills = tracks.filter((track) => track.links.length);
  if (drills.length) {
    const list = mixwright.el("div", "legend");
    for (const { name, links } of drills) list.append(mixwright.linked(name, links, "item"));
    body.append(list);
  }

  const yaxis = {
    tickvals: tracks.map((_, n) => n), ticktext: tracks.map(({ name }) => chart.escaped(name.length > 32 ? `${name.slice(0, 31)}…` : name)),
    range: [tracks.length - 0.5, -0.5], fixedrange: true, automargin: true, showgrid: false, zeroline: false,
    tickfont: { size: 12, color: theme.color("secondary") },
  };
  const shapes = chart.episodeShapes(context.episodes, context.span);
  const layout = chart.layout(context, { yaxis, shapes, barmode: "overlay", hovermode: "closest" });
  /** The track and the span under the pointer; Plotly finds only the nearest bar. */
  function under({ clientX, clientY }) {
    const box = host.querySelector(".nsewdrag").getBoundingClientRect();
    const [from, to] = host.layout.xaxis.range.map(chart.asTime);
    const time = from + ((clientX - box.left) / box.width) * (to - from);
    const track = tracks[Math.floor(((clientY - box.top) / box.height) * tracks.length)];
    const at = Math.floor((time - start) / step);
    return { time, track, span: track?.spans.find(([first, length]) => first <= at && at < first + length) };
  }

  chart.plot(host, traces, layout, context, {
    time: (points, event) => under(event).time,
    of(points, event) {
      const { track, span } = under(event);
      if (!span) return [];
      const [, length, state] = span;
      return [
        { name: track.name, color: colors[state], text: texts[state], strong: true },
        { name: "for", color: "transparent", text: mixwright.units.text((length * step) / 1000, "s", null) },
      ];
    },
  });
};
