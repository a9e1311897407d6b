mixwright.kinds["piechart"] = (body, panel, { items }) => {
  const { el, svg } = mixwright;
  const { look } = panel;
  if (look.legend_at === "right") body.classList.add("beside");
  const picture = svg("svg", { class: "pie", viewBox: "-52 -52 104 104", role: "img" });
  const point = (share, radius) => {
    const angle = 2 * Math.PI * share - Math.PI / 2;
    return [radius * Math.cos(angle), radius * Math.sin(angle)].map((n) => n.toFixed(3));
  };
  const hole = look.shape === "donut" ? 26 : 0;
  let from = 0;
  const legend = items.map((item) => {
    const to = from + item.share;
    const fixed = item.color && !/^(palette|continuous|thresholds)/.test(item.color);
    const color = fixed ? mixwright.color(item.color) : mixwright.seriesColor(item.number);
    const large = item.share > 0.5 ? 1 : 0, end = Math.min(to, from + 0.99999);
    const slice = svg("path", {
      d: `M${point(from, 50)}A50 50 0 ${large} 1 ${point(end, 50)}L${point(end, hole)}${hole ? `A${hole} ${hole} 0 ${large} 0 ${point(from, hole)}` : ""}Z`,
      fill: color, stroke: mixwright.theme.color("panel"), "stroke-width": items.length > 1 ? 0.6 : 0,
    });
    const text = `${item.value.prefix ?? ""}${item.value.text}${item.value.suffix ?? ""}`;
    const words = { name: item.name, value: text, percent: item.percent };
    const title = svg("title", {});
    title.textContent = `${item.name}: ${text} (${item.percent})`;
    slice.append(title);
    picture.append(slice);
    const label = look.labels.map((one) => words[one]).join(" ");
    if (label && item.share > 0.04) {
      const [x, y] = point((from + to) / 2, hole ? 38 : 32);
      const size = Math.min(6, (70 * Math.min(item.share, 0.4) + 12) / Math.max(3, label.length) * 1.6);
      const ink = svg("text", { x, y, "text-anchor": "middle", "dominant-baseline": "central", "font-size": size.toFixed(2), fill: mixwright.contrast(color) });
      ink.textContent = label;
      picture.append(ink);
    }
    from = to;
    const beside = look.legend_values.map((one) => words[one]);
    return { ...item, color, name: item.name, calculations: beside };
  });
  const frame = el("div", "pie-box");
  frame.append(picture);
  body.append(frame);
  if (look.legend !== "hidden") {
    mixwright.legend(body, legend, (alone) => {
      [...picture.querySelectorAll("path")].forEach((slice, n) => slice.setAttribute("opacity", alone === null || alone === n ? 1 : 0.15));
    }, look.legend_values.length || look.legend === "table" ? look.legend_values.map((one) => ({ value: "Value", percent: "Percent" })[one]) : null);
  }
};
