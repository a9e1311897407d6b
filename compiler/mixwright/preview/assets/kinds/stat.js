mixwright.kinds["stat"] = (body, panel, { items, several }) => {
  const { el, svg } = mixwright;
  const grid = mixwright.boxes(body, items.length);
  for (const { name, value, spark, links } of items) {
    const box = el("div", "stat-box");
    const color = mixwright.stateColor(value.state);
    const line = mixwright.stateColor(value.state, "accent");
    box.append(sparkline(spark, line));
    const front = el("div", "front");
    if (several || links.length) front.append(mixwright.linked(name, links, "label"));
    const big = mixwright.value(value);
    big.style.color = color;
    big.style.setProperty("--characters", mixwright.width(value));
    front.append(big);
    box.append(front);
    grid.append(box);
  }

  function sparkline(values, color) {
    const there = values.filter((v) => v != null);
    const low = Math.min(...there), high = Math.max(...there);
    const picture = svg("svg", { class: "spark", viewBox: "0 0 100 100", preserveAspectRatio: "none", "aria-hidden": "true" });
    if (there.length < 2) return picture;
    const y = (v) => (high === low ? 60 : 96 - ((v - low) / (high - low)) * 90);
    let path = "", area = "", begun = null, last = 0;
    values.forEach((v, n) => {
      const x = (100 * n) / (values.length - 1);
      if (v == null) { if (begun !== null) area += `L${last} 100L${begun} 100Z`; begun = null; return; }
      const point = `${x.toFixed(2)} ${y(v).toFixed(2)}`;
      path += (begun === null ? "M" : "L") + point;
      area += (begun === null ? "M" : "L") + point;
      begun ??= x.toFixed(2);
      last = x.toFixed(2);
    });
    if (begun !== null) area += `L${last} 100L${begun} 100Z`;
    picture.append(svg("path", { d: area, fill: color, opacity: 0.15 }));
    picture.append(svg("path", { d: path, fill: "none", stroke: color, "stroke-width": 1.5, "vector-effect": "non-scaling-stroke", opacity: 0.8 }));
    return picture;
  }
};
