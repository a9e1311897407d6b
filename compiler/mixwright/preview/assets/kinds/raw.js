mixwright.kinds["raw"] = (body, panel, { type, reason }) => {
  const { el } = mixwright;
  const box = el("div", "elsewhere");
  box.append(el("p", "", `Only Grafana draws this panel: ${type}.`));
  if (reason) box.append(el("p", "", reason));
  body.append(box);
};
