mixwright.kinds["bargauge"] = (body, panel, { items }) => {
  const list = mixwright.el("div", "bars");
  for (const { name, value, fraction, links } of items) {
    const color = mixwright.stateColor(value.state, "accent");
    const bar = mixwright.el("span", "bar");
    const fill = mixwright.el("span", "fill");
    fill.style.width = `${100 * fraction}%`;
    fill.style.background = `linear-gradient(90deg, ${mixwright.faded(color, 0.2)}, ${mixwright.faded(color, 0.55)})`;
    fill.style.borderRight = `2px solid ${color}`;
    bar.append(fill);
    const number = mixwright.value(value);
    number.style.color = mixwright.stateColor(value.state);
    list.append(mixwright.linked(name, links, "label"), bar, number);
  }
  body.append(list);
};
