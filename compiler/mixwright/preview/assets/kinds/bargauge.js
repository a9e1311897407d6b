mixwright.kinds["bargauge"] = (body, panel, { items }) => {
  const { el } = mixwright;
  const { look } = panel;
  const upright = look.orientation === "vertical";
  const list = el("div", upright ? "bars upright" : "bars");
  for (const { name, value, fraction, links } of items) {
    const color = mixwright.stateColor(value.state, "accent");
    const bar = el("span", look.display === "lcd" ? "bar lcd" : "bar");
    if (!look.unfilled) bar.style.background = "none";
    const fill = el("span", "fill");
    fill.style[upright ? "height" : "width"] = `${100 * fraction}%`;
    const direction = upright ? "0deg" : "90deg";
    const [weak, strong] = look.display === "gradient" ? [0.15, 1] : look.display === "lcd" ? [0.9, 0.9] : [0.2, 0.55];
    fill.style.background = `linear-gradient(${direction}, ${mixwright.faded(color, weak)}, ${mixwright.faded(color, strong)})`;
    fill.style[upright ? "borderTop" : "borderRight"] = `2px solid ${color}`;
    bar.append(fill);
    const number = mixwright.value(value);
    number.style.color = look.value === "text" ? "" : mixwright.stateColor(value.state);
    number.hidden = look.value === "hidden";
    const label = mixwright.linked(name, links, "label");
    if (upright) {
      const column = el("div", "column");
      column.append(number, bar, label);
      list.append(column);
    } else list.append(label, bar, number);
  }
  body.append(list);
};
