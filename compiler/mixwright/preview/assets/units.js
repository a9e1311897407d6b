// Numbers as Grafana shows them, for axes and tooltips: the rules of `units.py` with the table `units.json`.
mixwright.units = (() => {
  const SI = ["f", "p", "n", "µ", "m", "", "k", "M", "G", "T", "P", "E", "Z", "Y"];
  const BINARY = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei", "Zi", "Yi"];
  const COUNTS = ["", "K", "M", "B", "T"];
  const clamp = (n, low, high) => Math.min(Math.max(n, low), high);

  function decimalsOf(value) {
    if (value % 1 === 0) return 0;
    const size = Math.abs(value);
    const decimals = 1 - Math.floor(Math.log(size) / Math.LN10);
    return Math.max(0, size / 10 ** -decimals > 2.25 ? decimals + 1 : decimals);
  }

  function toFixed(value, decimals) {
    if (Number.isNaN(value)) return "NaN";
    if (!Number.isFinite(value)) return value > 0 ? "∞" : "-∞";
    decimals ??= decimalsOf(value);
    if (value === 0) return value.toFixed(decimals);
    const factor = 10 ** decimals;
    const text = String(Math.round(value * factor) / factor);
    if (text.includes("e") || decimals === 0) return text;
    const [whole, fraction = ""] = text.split(".");
    return `${whole}.${fraction.padEnd(decimals, "0")}`;
  }

  function scaled(value, decimals, factor, suffixes, offset = 0) {
    if (!Number.isFinite(value)) return { text: toFixed(value), suffix: "" };
    const power = value === 0 ? 0 : Math.floor(Math.log10(Math.abs(value)) / Math.log10(factor));
    const within = clamp(power, -offset, suffixes.length - offset - 1);
    return { text: toFixed(value / factor ** within, decimals), suffix: suffixes[offset + within] };
  }

  const fixed = (suffix, value, decimals) => ({ text: toFixed(value, decimals), suffix: suffix && ` ${suffix}` });

  function onScale(scale, value, decimals) {
    if (value === 0 && scale === table.time.s) return { text: "0", suffix: " s" };
    const [, times, over, one, many] = scale.find(([below]) => below === null || Math.abs(value) < below) ?? scale.at(-1);
    const number = (value * times) / over;
    return { text: toFixed(number, decimals), suffix: many && Math.abs(number) > 1 ? many : one };
  }

  function currency([symbol, behind], value, decimals) {
    const number = scaled(Math.abs(value), decimals, 1000, COUNTS);
    const sign = value < 0 ? "-" : "";
    return behind ? { ...number, suffix: number.suffix + symbol, prefix: sign } : { ...number, prefix: sign + symbol };
  }

  const two = (n) => String(n).padStart(2, "0");
  const clock = (seconds) => `${two(Math.floor(seconds / 3600))}:${two(Math.floor((seconds % 3600) / 60))}:${two(Math.floor(seconds % 60))}`;
  const iso = (ms) => (Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString().slice(0, 19).replace("T", " ") : "Invalid date");

  const RULES = {
    fixed,
    si: ([unit, offset], value, decimals) => scaled(value, decimals, 1000, SI.map((p) => ` ${p}${unit}`), 5 + offset),
    binary: ([unit, offset], value, decimals) => scaled(value, decimals, 1024, BINARY.map((p) => ` ${p}${unit}`), offset),
    count(unit, value, decimals) {
      const number = scaled(value, decimals, 1000, COUNTS);
      return { ...number, suffix: `${number.suffix} ${unit}` };
    },
    currency,
    scaled: (suffixes, value, decimals) => scaled(value, decimals, 1000, suffixes),
    boolean: (words, value) => ({ text: words[value ? 0 : 1] }),
    time: onScale,
  };
  const NAMED = {
    percent: (value, decimals) => ({ text: toFixed(value, decimals), suffix: "%" }),
    percentunit: (value, decimals) => ({ text: toFixed(100 * value, decimals), suffix: "%" }),
    locale: (value, decimals) => ({ text: value.toLocaleString("en-US", { maximumFractionDigits: decimals ?? 3 }) }),
    sci: (value, decimals) => ({ text: value.toExponential(decimals ?? undefined) }),
    timeticks: (value, decimals) => onScale(table.time.s, value / 100, decimals),
    dthms: (value) => ({ text: clock(Math.abs(value)), suffix: value < 0 ? " ago" : "" }),
    dateTimeAsIso: (value) => ({ text: iso(value) }),
    dateTimeAsSystem: (value) => ({ text: iso(value) }),
  };

  let table = {};

  function parts(value, unit = "", decimals = null) {
    for (const [rule, units] of Object.entries(table)) {
      if (Object.hasOwn(units, unit)) return RULES[rule](units[unit], value, decimals);
    }
    if (Object.hasOwn(NAMED, unit)) return NAMED[unit](value, decimals);
    if (unit.startsWith("prefix:")) return { text: toFixed(value, decimals), prefix: unit.slice(7) };
    if (unit.startsWith("suffix:")) return fixed(unit.slice(7), value, decimals);
    if (unit.startsWith("count:")) return RULES.count(unit.slice(6), value, decimals);
    if (unit.startsWith("currency:")) return currency([unit.slice(9), false], value, decimals);
    if (unit.startsWith("dateTime") || unit.startsWith("time:")) return NAMED.dateTimeAsIso(value);
    return fixed(unit, value, decimals);
  }

  return {
    use(units) { table = units; },
    parts,
    text(value, unit, decimals) {
      const { prefix = "", text, suffix = "" } = parts(value, unit, decimals);
      return `${prefix}${text}${suffix}`;
    },
    /** The base in which the unit's round numbers are round: 1024 for KiB and friends, else 10. */
    base: (unit) => (Object.hasOwn(table.binary ?? {}, unit) ? 1024 : 10),
    /** How many of the unit make a second, for units of time, else null. */
    perSecond: (unit) => ({ ns: 1e9, "µs": 1e6, ms: 1e3, s: 1, m: 1 / 60, h: 1 / 3600, d: 1 / 86400 })[unit] ?? null,
  };
})();
