mixwright.kinds["stat"] = (body, panel, { items, several }) => {
  const { el, svg } = mixwright;
  const { look } = panel;
  const grid = mixwright.boxes(body, items.length, look.orientation);
  const named = look.text === "auto" ? several : ["value_and_name", "name"].includes(look.text);
  for (const { name, value, spark, change, links } of items) {
    const box = el("div", "stat-box");
    const filled = look.colored.startsWith("background") && value.state;
    const color = look.colored === "none" ? mixwright.theme.color("text") : mixwright.stateColor(value.state);
    const ink = filled ? mixwright.contrast(color) : color;
    if (filled) {
      box.classList.add("filled");
      box.style.background = look.colored === "background" ? `linear-gradient(120deg, ${mixwright.mixed([color, "#000000"], 0.2)}, ${color})` : color;
      box.style.color = ink;
    }
    if (look.graph !== "none") box.append(sparkline(spark, filled ? ink : mixwright.stateColor(value.state, "accent")));
    else box.append(sparkline([], ink));
    const front = el("div", "front");
    if (named || links.length) front.append(mixwright.linked(named ? name : `→ ${links[0][0]}`, links, "label"));
    if (look.text !== "name" && look.text !== "none") {
      const big = mixwright.value(value);
      big.style.color = ink;
      big.style.setProperty("--characters", mixwright.width(value));
      front.append(big);
    }
    if (change) front.append(el("span", "change", `${change.startsWith("-") ? "↓" : "↑"} ${change}`));
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
