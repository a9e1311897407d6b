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

// Grafana's named colours by theme: dark, semi-dark, plain, light, super-light of each hue.
mixwright.named = (() => {
  const shades = ["dark-", "semi-dark-", "", "light-", "super-light-"];
  const hues = {
    red: "#ad0317 #c4162a #e02f44 #f2495c #ff7383 #ffa6b0",
    orange: "#e55400 #fa6400 #ff780a #ff9830 #ffb357 #ffcb7d",
    yellow: "#cc9d00 #e0b400 #f2cc0c #fade2a #ffee52 #fff899",
    green: "#19730e #37872d #56a64b #73bf69 #96d98d #c8f2c2",
    blue: "#1250b0 #1f60c4 #3274d9 #5794f2 #8ab8ff #c0d8ff",
    purple: "#7c2ea3 #8f3bb8 #a352cc #b877d9 #ca95e5 #deb6f2",
  };
  // The light theme's shades are one step darker.
  return (name) => {
    const [, shade, hue] = /^(.*?)(red|orange|yellow|green|blue|purple)$/.exec(name) ?? [];
    const step = shades.indexOf(shade ?? "none");
    if (step < 0) return null;
    return hues[hue].split(" ")[step + (document.documentElement.dataset.theme === "light" ? 0 : 1)];
  };
})();

/** Any colour of CSS as `#rrggbb`, which all the rest takes. */
mixwright.hex = (() => {
  const context = document.createElement("canvas").getContext("2d");
  return (color) => {
    context.fillStyle = "#000";
    context.fillStyle = color;
    const text = context.fillStyle;
    if (text.startsWith("#")) return text;
    const [r, g, b, alpha] = text.match(/[\d.]+/g).map(Number);
    return `#${[r, g, b, alpha * 255].map((n) => Math.round(n).toString(16).padStart(2, "0")).join("")}`;
  };
})();

// The ends of Grafana's schemes; in between colours are mixed.
mixwright.schemes = {
  GrYlRd: ["green", "yellow", "red"], RdYlGr: ["red", "yellow", "green"], BlYlRd: ["dark-blue", "super-light-yellow", "dark-red"],
  YlRd: ["super-light-yellow", "dark-red"], BlPu: ["dark-blue", "dark-purple"], YlBl: ["super-light-yellow", "dark-blue"],
  blues: ["#2a3547", "blue"], reds: ["#472a2d", "red"], greens: ["#2c3b2a", "green"], purples: ["#3a2a47", "purple"],
  viridis: ["#440154", "#3b528b", "#21918c", "#5ec962", "#fde725"], magma: ["#000004", "#51127c", "#b73779", "#fc8961", "#fcfdbf"],
  plasma: ["#0d0887", "#7e03a8", "#cc4778", "#f89540", "#f0f921"], inferno: ["#000004", "#57106e", "#bc3754", "#f98e09", "#fcffa4"],
  cividis: ["#00224e", "#434e6c", "#7d7c78", "#bcae6c", "#fee838"],
};

mixwright.mixed = (colors, share) => {
  const parts = colors.map((color) => mixwright.color(color)).map((hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16)));
  const place = share * (parts.length - 1), low = Math.min(Math.floor(place), parts.length - 2);
  const channels = parts[low].map((n, i) => Math.round(n + (parts[low + 1][i] - n) * (place - low)));
  return `#${channels.map((n) => n.toString(16).padStart(2, "0")).join("")}`;
};

/** A colour by any name that Grafana or CSS has for it. */
mixwright.color = (name) => (name === "text" ? mixwright.theme.color("text") : name === "transparent" ? "#00000000" : mixwright.named(name) ?? mixwright.hex(name));

/** The colour of a state: a severity, "ok", a colour, a scheme and how far along it, or the plain one. */
mixwright.stateColor = (state, plain = "text") => {
  if (!state) return mixwright.theme.color(plain);
  if (["page", "ticket", "log", "ok"].includes(state)) return mixwright.theme.color(state);
  const [, scheme, share] = /^continuous-(\w+) ([\d.]+)$/.exec(state) ?? [];
  if (scheme) return mixwright.mixed(mixwright.schemes[scheme], Number(share));
  return mixwright.color(state);
};

/** Black or white, whichever is read more easily on a colour. */
mixwright.contrast = (color) => {
  const [r, g, b] = [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16));
  return 0.299 * r + 0.587 * g + 0.114 * b > 150 ? "#111217" : "#ffffff";
};

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
mixwright.faded = (color, alpha) => color.slice(0, 7) + Math.round(alpha * 255).toString(16).padStart(2, "0");

/** Let an element lead somewhere; pages of this preview take the time range along. */
mixwright.lead = (link, href) => {
  link.href = href;
  if (/^[a-z][a-z0-9+.-]*:/i.test(href)) link.rel = "noopener";
  else link.dataset.address = href;
};

/** Drill-downs as small links; each takes the time range along. */
mixwright.linkList = (links) => {
  const list = mixwright.el("span", "links");
  for (const [title, href] of links) {
    const link = mixwright.el("a", "drill", "↗");
    mixwright.lead(link, href);
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
  if (first) mixwright.lead(name, first[1]);
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
