mixwright.kinds["table"] = (body, panel, { columns, rows }) => {
  const { el } = mixwright;
  const { look } = panel;
  const key = ({ text, number }) => (number === undefined ? text : number ?? -Infinity);
  const first = columns.findIndex(({ name }) => name === look.sort);
  let order = { column: first < 0 ? null : first, down: look.descending };

  const table = el("table", `rows-${look.rows}`);
  const head = el("tr");
  columns.forEach(({ name, number, align, width }, column) => {
    const cell = el("th", number ? "number" : "");
    if (align !== "auto") cell.style.textAlign = align;
    if (width) cell.style.width = `${width}px`;
    const button = el("button", "", name);
    button.type = "button";
    button.addEventListener("click", () => {
      order = { column, down: order.column === column ? !order.down : number };
      fill();
    });
    cell.append(button);
    head.append(cell);
  });
  table.append(el("thead"), el("tbody"));
  table.tHead.append(head);
  table.tHead.hidden = !look.header;
  if (columns.some(({ footer }) => footer.length)) {
    const foot = el("tr");
    for (const { footer, number } of columns) foot.append(el("td", number ? "number" : "", footer.join(" · ")));
    table.createTFoot().append(foot);
  }
  const scroller = el("div", "scroller");
  scroller.append(table);
  body.append(scroller);
  fill();

  function fill() {
    const sorted = [...rows];
    if (order.column !== null) {
      sorted.sort((a, b) => {
        const [x, y] = [key(a.cells[order.column]), key(b.cells[order.column])];
        const apart = typeof x === "string" && typeof y === "string" ? x.localeCompare(y, "en", { numeric: true }) : x < y ? -1 : x > y ? 1 : 0;
        return apart * (order.down ? -1 : 1);
      });
    }
    [...head.children].forEach((cell, column) => {
      cell.dataset.order = column === order.column ? (order.down ? "down" : "up") : "";
    });
    table.tBodies[0].replaceChildren(...sorted.map(line));
  }

  function line({ cells, links }) {
    const tr = el("tr");
    cells.forEach((value, n) => {
      const { number, linked, align, cell } = columns[n];
      const td = el("td", number ? "number" : "");
      if (align !== "auto") td.style.textAlign = align;
      const ways = [...(linked ? links : []), ...(value.links ?? [])];
      td.append(ways.length ? mixwright.linked(`${value.prefix ?? ""}${value.text}${value.suffix ?? ""}`, ways, "label") : mixwright.value(value));
      const color = mixwright.stateColor(value.state, number && cell === "gauge" ? "accent" : "text");
      if (cell === "gauge" && value.fraction !== undefined) {
        const faded = mixwright.faded(color, 0.35);
        td.style.background = `linear-gradient(90deg, ${faded} ${100 * value.fraction}%, transparent 0) no-repeat 10px 50% / calc(100% - 20px) 60%`;
      }
      if (cell === "color-background" && value.state) {
        td.style.background = mixwright.faded(color, 0.85);
        td.style.color = mixwright.contrast(color);
      } else if (value.state && value.state !== "ok") td.style.color = color;
      tr.append(td);
    });
    return tr;
  }
};
