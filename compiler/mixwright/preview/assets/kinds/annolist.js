mixwright.kinds["annolist"] = (body, panel, { tags }) => {
  const { el } = mixwright;
  const box = el("div", "elsewhere");
  box.append(el("p", "", "Notes that people and machines leave in Grafana are listed here."));
  if (tags.length) box.append(el("p", "", `With the tags ${tags.join(", ")}.`));
  body.append(box);
};
