mixwright.kinds["logs"] = (body, panel, { queries }) => {
  const { el } = mixwright;
  const box = el("div", "elsewhere");
  box.append(el("p", "", "Logs come from Loki; a recording of metrics has none. Grafana asks:"));
  for (const query of queries) box.append(el("code", "", query));
  body.append(box);
};
