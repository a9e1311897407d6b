mixwright.kinds["table"] = (body, panel, { labels, headings, rows }) => {
  const { el } = mixwright;
  const keys = (row) => [...row.labels, ...row.values.map((value) => value.number ?? -Infinity)];
  let order = { column: null, down: false };

  const table = el("table");
  const head = el("tr");
  [...labels, ...headings].forEach((heading, column) => {
    const cell = el("th", column >= labels.length ? "number" : "");
    const button = el("button", "", heading);
    button.type = "button";
    button.addEventListener("click", () => {
      order = { column, down: order.column === column ? !order.down : column >= labels.length };
      fill();
    });
    cell.append(button);
    head.append(cell);
  });
  table.append(el("thead"), el("tbody"));
  table.tHead.append(head);
  const scroller = el("div", "scroller");
  scroller.append(table);
  body.append(scroller);
  fill();

  function fill() {
    const sorted = [...rows];
    if (order.column !== null) {
      sorted.sort((a, b) => {
        const [x, y] = [keys(a)[order.column], keys(b)[order.column]];
        return (x < y ? -1 : x > y ? 1 : 0) * (order.down ? -1 : 1);
      });
    }
    [...head.children].forEach((cell, column) => {
      cell.dataset.order = column === order.column ? (order.down ? "down" : "up") : "";
    });
    table.tBodies[0].replaceChildren(...sorted.map(line));
  }

  function line(row) {
    const tr = el("tr");
    row.labels.forEach((text, n) => {
      const td = el("td");
      td.append(mixwright.linked(text, n === 0 ? row.links : [], "label"));
      tr.append(td);
    });
    for (const value of row.values) {
      const td = el("td", "number");
      td.append(mixwright.value(value));
      if (value.fraction !== undefined) {
        const color = mixwright.faded(mixwright.stateColor(value.state, "accent"), 0.35);
        td.style.background = `linear-gradient(90deg, ${color} ${100 * value.fraction}%, transparent 0) no-repeat 10px 50% / calc(100% - 20px) 60%`;
      }
      if (value.state && value.state !== "ok") td.style.color = mixwright.stateColor(value.state);
      tr.append(td);
    }
    return tr;
  }
};
