// What panels of numbers share: a grid of boxes whose shape follows the panel's.
mixwright.boxes = (body, count) => {
  const { width, height } = body.getBoundingClientRect();
  let best = { columns: 1, size: 0 };
  for (let columns = 1; columns <= count; columns += 1) {
    const rows = Math.ceil(count / columns);
    const size = Math.min(width / columns / 2, height / rows);
    if (size > best.size) best = { columns, size };
  }
  const grid = mixwright.el("div", "boxes");
  grid.style.gridTemplateColumns = `repeat(${best.columns}, minmax(0, 1fr))`;
  body.append(grid);
  return grid;
};

/** The number of characters that a value takes, from which its size follows. */
mixwright.width = ({ text, prefix = "", suffix = "" }) => Math.max(3, text.length + 0.6 * (prefix.length + suffix.length));

/** The legend under a chart: a click shows one series alone, another one all. */
mixwright.legend = (body, series, onPick) => {
  const list = mixwright.el("div", "legend");
  let alone = null;
  series.forEach(({ name, color, links }, number) => {
    const item = mixwright.el("span", "item");
    const mark = mixwright.el("i");
    mark.style.background = color;
    const label = mixwright.el("button", "name", name);
    label.type = "button";
    label.title = name;
    label.addEventListener("click", () => {
      alone = alone === number ? null : number;
      [...list.children].forEach((other, n) => other.classList.toggle("off", alone !== null && n !== alone));
      onPick(alone);
    });
    item.append(mark, label);
    if (links.length) item.append(mixwright.linkList(links));
    list.append(item);
  });
  body.append(list);
};
