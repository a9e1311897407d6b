// What panels of numbers share: a grid of boxes whose shape follows the panel's.
mixwright.boxes = (body, count, orientation = "auto") => {
  const { width, height } = body.getBoundingClientRect();
  let best = { columns: 1, size: 0 };
  for (let columns = 1; columns <= count; columns += 1) {
    const rows = Math.ceil(count / columns);
    const size = Math.min(width / columns / 2, height / rows);
    if (size > best.size) best = { columns, size };
  }
  // Upright numbers stand beside each other, lying ones above each other, as Grafana has it.
  if (orientation === "vertical") best = { columns: count };
  if (orientation === "horizontal") best = { columns: 1 };
  const grid = mixwright.el("div", "boxes");
  grid.style.gridTemplateColumns = `repeat(${best.columns}, minmax(0, 1fr))`;
  body.append(grid);
  return grid;
};

/** The number of characters that a value takes, from which its size follows. */
mixwright.width = ({ text, prefix = "", suffix = "" }) => Math.max(3, text.length + 0.6 * (prefix.length + suffix.length));

/** The legend beside a chart: a click shows one series alone, another one all; `headings` make it a table. */
mixwright.legend = (body, series, onPick, headings = null) => {
  const list = mixwright.el("div", headings ? "legend listed-values" : "legend");
  if (headings) list.style.gridTemplateColumns = `minmax(80px, 1fr) repeat(${headings.length}, max-content)`;
  if (headings?.length) {
    const row = mixwright.el("span", "item headings");
    row.append(mixwright.el("span", "name", "Name"));
    list.append(row, ...headings.map((heading) => mixwright.el("span", "heading", heading)));
  }
  const items = [];
  let alone = null;
  series.forEach(({ name, color, links, calculations }, number) => {
    const item = mixwright.el("span", "item");
    const mark = mixwright.el("i");
    mark.style.background = color;
    const label = mixwright.el("button", "name", name);
    label.type = "button";
    label.title = name;
    label.addEventListener("click", () => {
      alone = alone === number ? null : number;
      items.forEach((other, n) => other.classList.toggle("off", alone !== null && n !== alone));
      onPick(alone);
    });
    item.append(mark, label);
    if (links.length) item.append(mixwright.linkList(links));
    items.push(item);
    list.append(item);
    if (headings) for (const text of calculations ?? []) list.append(mixwright.el("span", "calculated", text));
  });
  body.append(list);
};
