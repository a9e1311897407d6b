mixwright.kinds["dashlist"] = (body, panel, { items }) => {
  const { el } = mixwright;
  const list = el("div", "listed");
  for (const { title, about, page } of items) {
    const link = el("a", "entry");
    link.href = page;
    link.dataset.address = page;
    link.append(el("strong", "", title), el("span", "", about));
    list.append(link);
  }
  if (!items.length) list.append(el("p", "secondary", "No dashboard has these tags."));
  body.append(list);
};
