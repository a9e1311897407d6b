// What all scripts of a page share: errors made visible, the theme, small tools for elements.
"use strict";

const mixwright = { kinds: {} };

// A page that fails says so in its title and on its root element, where a test can read it.
window.onerror = (message) => {
  document.documentElement.dataset.error = String(message);
  document.title = `error: ${message}`;
};

mixwright.el = (tag, className = "", text = null) => {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== null) element.textContent = text;
  return element;
};

mixwright.svg = (tag, attributes) => {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
};

mixwright.theme = (() => {
  const root = document.documentElement;
  const system = window.matchMedia("(prefers-color-scheme: light)");
  const listeners = [];
  const KEY = "mixwright-theme";

  // Browsers may refuse storage to pages from the file system.
  const stored = () => { try { return localStorage.getItem(KEY); } catch { return null; } };
  const store = (name) => { try { localStorage.setItem(KEY, name); } catch { /* the choice lasts as long as the page */ } };

  function apply(name) {
    root.dataset.theme = name;
    for (const listener of listeners) listener();
  }

  apply(new URLSearchParams(location.search).get("theme") ?? stored() ?? (system.matches ? "light" : "dark"));
  system.addEventListener("change", () => stored() ?? apply(system.matches ? "light" : "dark"));
  document.getElementById("theme")?.addEventListener("click", () => {
    const name = root.dataset.theme === "dark" ? "light" : "dark";
    store(name);
    apply(name);
  });

  return {
    color: (name) => getComputedStyle(root).getPropertyValue(`--${name}`).trim(),
    onChange: (listener) => listeners.push(listener),
  };
})();

/** The colour of a state: a severity, "ok", or the plain one. */
mixwright.stateColor = (state, plain = "text") =>
  mixwright.theme.color(["page", "ticket", "log", "ok"].includes(state) ? state : state ? "ticket" : plain);

// Grafana's classic palette: the first colours depend on the theme.
mixwright.palette = (() => {
  const words = (text) => text.trim().split(/\s+/);
  const dark = words(`
    #73bf69 #f2cc0c #5794f2 #ff9830 #f2495c #b877d9 #37872d #e0b400 #1f60c4 #fa6400 #c4162a #8f3bb8
    #c8f2c2 #fff899 #c0d8ff #ffcb7d #ffa6b0 #deb6f2`);
  const light = words(`
    #56a64b #e0b400 #3274d9 #ff780a #e02f44 #a352cc #19730e #cc9d00 #1250b0 #e55400 #ad0317 #7c2ea3
    #96d98d #ffee52 #8ab8ff #ffb357 #ff7383 #ca95e5`);
  const both = words(`
    #447ebc #c15c17 #890f02 #0a437c #6d1f62 #584477 #b7dbab #f4d598 #70dbed #f9ba8f #f29191 #82b5d8
    #e5a8e2 #aea2e0 #629e51 #e5ac0e #64b0c8 #e0752d #bf1b00 #0a50a1 #962d82 #614d93 #9ac48a #f2c96d
    #65c5db #f9934e #ea6460 #5195ce #d683ce #806eb7 #3f6833 #967302 #2f575e #99440a #58140c #052b51
    #511749 #3f2b5b #e0f9d7 #fceaca #cffaff #f9e2d2 #fce2de #badff4 #f9d9f9 #dedaf7`);
  return () => [...(document.documentElement.dataset.theme === "light" ? light : dark), ...both];
})();
mixwright.seriesColor = (number) => mixwright.palette()[number % mixwright.palette().length];

/** A colour with an alpha of 0 to 1, from `#rrggbb`. */
mixwright.faded = (color, alpha) => color + Math.round(alpha * 255).toString(16).padStart(2, "0");

/** Drill-downs as small links; each takes the time range along. */
mixwright.linkList = (links) => {
  const list = mixwright.el("span", "links");
  for (const [title, href] of links) {
    const link = mixwright.el("a", "drill", "↗");
    link.href = href;
    link.dataset.address = href;
    link.title = title;
    list.append(link);
  }
  return list;
};

/** A text that is itself the drill-down when there is one, and is followed by the others. */
mixwright.linked = (text, links, className = "") => {
  const box = mixwright.el("span", className);
  const [first, ...others] = links;
  const name = mixwright.el(first ? "a" : "span", "name", text);
  name.title = first ? `${text} → ${first[0]}` : text;
  if (first) {
    name.href = first[1];
    name.dataset.address = first[1];
  }
  box.append(name);
  if (others.length) box.append(mixwright.linkList(others));
  return box;
};

/** A formatted value with its prefix and suffix smaller, as Grafana shows big numbers. */
mixwright.value = ({ text, prefix = "", suffix = "" }) => {
  const box = mixwright.el("span", "value");
  if (prefix) box.append(mixwright.el("small", "", prefix));
  box.append(mixwright.el("span", "", text));
  if (suffix) box.append(mixwright.el("small", "", suffix));
  return box;
};
