mixwright.kinds["text"] = (body, panel, { html }) => {
  const prose = mixwright.el("div", "prose");
  // Escaped and marked up when the page was made; see `markdown.py`.
  prose.innerHTML = html;
  body.append(prose);
};
