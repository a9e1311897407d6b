// A dashboard's page: variables as selectors, the drawings of what is chosen, links that take variables and time range along.
(() => {
  const source = document.getElementById("dashboard");
  if (!source) {
    document.documentElement.dataset.ready = "true";
    return;
  }
  const { el, chart } = mixwright;
  const page = JSON.parse(source.textContent);
  mixwright.units.use(page.units);
  const received = new Map();
  const times = Array.from({ length: page.steps.count }, (_, n) => page.steps.start + n * page.steps.step);
  let state = readAddress();

  function readAddress() {
    const wanted = new URLSearchParams(location.hash.slice(1));
    const values = Object.fromEntries(page.variables.map(({ name }) => [name, wanted.get(`var-${name}`)]));
    const [from, to] = [Number(wanted.get("from")), Number(wanted.get("to"))];
    const range = from > 0 && to > from && from < page.span[1] && to > page.span[0] ? [from, to] : null;
    return { ...nearest(values), range };
  }

  /** The choice that agrees with the most of the wanted values, the leading variables counting most. */
  function nearest(values) {
    const agrees = (choice) => page.variables.map(({ name }) => values[name] === null || choice[name] === values[name]);
    let best = 0, bestScore = "";
    page.choices.forEach((choice, number) => {
      const score = agrees(choice).map(Number).join("");
      if (score > bestScore) [best, bestScore] = [number, score];
    });
    const missed = page.variables.filter((_, n) => !agrees(page.choices[best])[n]).map(({ name }) => `${name} ${values[name]}`);
    return { choice: best, missed };
  }

  function address() {
    const { choice, range } = state;
    const parts = page.variables.map(({ name }) => `var-${name}=${encodeURIComponent(page.choices[choice][name] ?? "")}`);
    return [...parts, ...timeParts(range)].join("&");
  }

  const timeParts = (range) => (range ? [`from=${Math.round(range[0])}`, `to=${Math.round(range[1])}`] : []);
  const text = (value) => (value === "$__all" ? "All" : value ?? "");

  function drawVariables() {
    const host = document.getElementById("variables");
    host.replaceChildren();
    page.variables.forEach(({ name, title, typed, hidden, texts }, position) => {
      if (hidden) return;
      const above = page.variables.slice(0, position);
      const now = page.choices[state.choice];
      const fits = page.choices.filter((choice) => above.every((v) => choice[v.name] === now[v.name]));
      const label = el("label", "variable");
      if (typed) {
        // What readers type cannot be foreseen: the page shows what is there before they do.
        const input = el("input");
        input.value = now[name] ?? "";
        input.readOnly = true;
        input.title = "Readers type here in Grafana";
        label.append(el("span", "", title), input);
        host.append(label);
        return;
      }
      const select = el("select");
      for (const value of new Set(fits.map((choice) => choice[name] ?? ""))) {
        const option = el("option", "", texts[value] ?? text(value));
        option.value = value;
        option.selected = value === (now[name] ?? "");
        select.append(option);
      }
      select.addEventListener("change", () => {
        // Variables below keep their values where the new one has them too.
        const kept = nearest({ ...now, [name]: select.value });
        const open = page.variables.slice(position + 1).map((below) => [below.name, null]);
        const found = kept.missed.length ? nearest({ ...now, [name]: select.value, ...Object.fromEntries(open) }) : kept;
        go({ ...state, ...found });
      });
      label.append(el("span", "", title), select);
      host.append(label);
    });
  }

  function drawNotice() {
    const notices = [];
    if (state.missed.length) notices.push(`Not drawn in this preview: ${state.missed.join(", ")}. This is the nearest that is.`);
    if (page.leftOut) notices.push(`${page.choices.length} of ${page.choices.length + page.leftOut} combinations of variables are drawn.`);
    const notice = document.getElementById("notice");
    notice.textContent = notices.join(" ");
    notice.hidden = !notices.length;
  }

  function drawLinks() {
    const now = page.choices[state.choice];
    for (const link of document.querySelectorAll("a[data-variables]")) {
      const names = link.dataset.variables.split(" ").filter(Boolean);
      const parts = names.map((pair) => {
        const [name, source] = pair.split("=");
        return `var-${name}=${encodeURIComponent(now[source] ?? "")}`;
      });
      link.hash = [...parts, ...timeParts(state.range)].join("&");
    }
    for (const link of document.querySelectorAll("a[data-address]")) {
      const [file, hash = ""] = link.dataset.address.split("#");
      link.setAttribute("href", `${file}#${[hash, ...timeParts(state.range)].filter(Boolean).join("&")}`);
    }
  }

  function drawRange() {
    const [from, to] = state.range ?? page.span;
    const host = document.getElementById("range");
    host.replaceChildren(`${chart.day(from)} ${chart.clock(from)} – ${chart.day(to) === chart.day(from) ? "" : `${chart.day(to)} `}${chart.clock(to)} UTC`);
    if (state.range) {
      const reset = el("button", "", "×");
      reset.type = "button";
      reset.title = "The whole recording";
      reset.addEventListener("click", () => zoom(null));
      host.append(reset);
    }
  }

  function drawPanel(article, panel, drawing, episodes, marks) {
    const body = article.querySelector(".body");
    for (const old of body.querySelectorAll(".js-plotly-plot")) Plotly.purge(old);
    body.replaceChildren();
    body.className = "body";
    article.dataset.drawn = Object.keys(drawing).length ? "data" : "empty";
    if (article.dataset.drawn === "empty") {
      body.append(el("div", "empty", "No data"));
      return;
    }
    const context = { times, steps: page.steps, span: page.span, range: state.range ?? page.span, episodes, marks, zoom };
    mixwright.kinds[panel.kind](body, panel, drawing, context);
    if (drawing.leftOut) body.append(el("div", "left-out", `${drawing.leftOut} more series are not drawn`));
    article.classList.toggle("alerting", episodes.length > 0);
  }

  /** Titles may name variables, as in Grafana. */
  function drawTitles() {
    const now = page.choices[state.choice];
    const fill = (words) => words.replace(/\$(\w+)|\$\{(\w+)\}/g, (all, a, b) => (Object.hasOwn(now, a ?? b) ? text(now[a ?? b]) : all));
    for (const title of document.querySelectorAll(".panel .title, summary h2")) {
      title.dataset.words ??= title.textContent;
      title.textContent = fill(title.dataset.words);
    }
  }

  function drawPanels(within = document) {
    const { panels, episodes, marks } = received.get(state.choice);
    for (const panel of page.panels) {
      const article = document.getElementById(`panel-${panel.id}`);
      if (!within.contains(article)) continue;
      article.hidden = panels[panel.id] === null;
      if (article.hidden) continue;
      const fold = article.closest("details");
      // A folded row has no width to draw in.
      if (fold && !fold.open) fold.dataset.stale = "true";
      else drawPanel(article, panel, panels[panel.id], episodes[panel.id], marks);
    }
    for (const fold of document.querySelectorAll("details.row")) fold.hidden = !fold.querySelector(".panel:not([hidden])");
    drawLinks();
    document.documentElement.dataset.ready = "true";
  }

  for (const fold of document.querySelectorAll("details.row")) {
    fold.addEventListener("toggle", () => {
      if (!fold.open || !fold.dataset.stale) return;
      delete fold.dataset.stale;
      drawPanels(fold);
    });
  }

  function draw() {
    drawVariables();
    drawNotice();
    drawRange();
    drawTitles();
    if (received.has(state.choice)) {
      drawPanels();
      return;
    }
    delete document.documentElement.dataset.ready;
    const script = el("script");
    script.src = `data/${page.uid}.${state.choice}.js`;
    script.onerror = () => { throw new Error(`${script.src} is missing`); };
    document.body.append(script);
  }

  mixwright.receive = (number, content) => {
    received.set(number, content);
    if (number === state.choice) drawPanels();
  };

  function go(next) {
    state = next;
    history.replaceState(null, "", `#${address()}`);
    draw();
  }

  function zoom(range) {
    if (String(range) === String(state.range)) return;
    state = { ...state, range };
    history.replaceState(null, "", `#${address()}`);
    drawRange();
    drawLinks();
    for (const host of document.querySelectorAll(".js-plotly-plot")) {
      // Only charts over time have a range of dates.
      if (host.layout.xaxis.type === "date") Plotly.relayout(host, { xaxis: chart.timeAxis(range ?? page.span) });
    }
  }

  window.addEventListener("hashchange", () => {
    state = readAddress();
    draw();
  });
  mixwright.theme.onChange(draw);
  draw();
})();
