mixwright.kinds["alertlist"] = (body, panel, { items, over }) => {
  const { el, chart } = mixwright;
  const list = el("div", "listed");
  for (const { alert, severity, since, labels } of items) {
    const entry = el("div", "entry");
    const mark = el("span", `badge ${["page", "ticket", "log"].includes(severity) ? severity : ""}`, severity || "alert");
    const words = el("span", "words");
    words.append(el("strong", "", alert), el("small", "", labels === "{}" ? "" : labels));
    entry.append(mark, words, el("small", "since", `since ${chart.clock(since)}`));
    list.append(entry);
  }
  if (!items.length) list.append(el("p", "secondary", "No alert was open at the end."));
  if (over) list.append(el("p", "secondary", `${over} fired before and ${over === 1 ? "is" : "are"} over.`));
  body.append(list);
};
