mixwright.kinds["gauge"] = (body, panel, { items, bands, several }) => {
  const { el, svg } = mixwright;
  const round = panel.look.shape === "circle";
  const START = round ? -90 : -210, SWEEP = round ? 360 : 240;
  const point = (share, radius) => {
    const angle = ((START + SWEEP * share) * Math.PI) / 180;
    return `${(50 + radius * Math.cos(angle)).toFixed(3)} ${(50 + radius * Math.sin(angle)).toFixed(3)}`;
  };
  // A whole circle ends where it begins, which draws nothing.
  const arc = (from, to, radius) => {
    const end = to - from >= 1 ? from + 0.99999 : to;
    return `M${point(from, radius)}A${radius} ${radius} 0 ${(end - from) * SWEEP > 180 ? 1 : 0} 1 ${point(end, radius)}`;
  };

  const grid = mixwright.boxes(body, items.length, panel.look.orientation);
  for (const { name, value, fraction, links } of items) {
    const color = mixwright.stateColor(value.state, "accent");
    const picture = svg("svg", { viewBox: round ? "1 1 98 98" : "2 4 96 76", role: "img" });
    picture.append(svg("path", { d: arc(0, 1, 37), fill: "none", stroke: mixwright.theme.color("track"), "stroke-width": 12 }));
    if (fraction > 0) picture.append(svg("path", { d: arc(0, fraction, 37), fill: "none", stroke: color, "stroke-width": 12 }));
    for (const band of panel.look.threshold_markers ? bands : []) {
      picture.append(svg("path", { d: arc(band.from, band.to, 45.5), fill: "none", stroke: mixwright.stateColor(band.state), "stroke-width": 2.5 }));
    }
    const text = svg("text", { x: 50, y: round ? 55 : 58, "text-anchor": "middle", fill: color, "font-size": Math.min(17, (round ? 62 : 78) / mixwright.width(value)), "font-weight": 500 });
    text.textContent = `${value.prefix ?? ""}${value.text}${value.suffix ?? ""}`;
    picture.append(text);
    const box = el("div", "gauge-box");
    box.append(picture);
    if (several || links.length) box.append(mixwright.linked(name, links, "label"));
    grid.append(box);
  }
};
