// Derives what Grafana's packages say about dashboards: JSON Schemas, and the ids of units.
//
//   npm install --prefix . --no-save --ignore-scripts \
//     @grafana/schema@13.2.3 @grafana/data@13.2.3 ts-json-schema-generator@2.4.0
//   node derive.mjs node_modules > grafana.json
//   node derive.mjs node_modules units > ../../model/units.txt
//
// Kept are facts: property names, types, enumerations, and which properties Grafana fills in itself.
// Left out is all prose. Definitions that several panels share are kept once.

import { existsSync, readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const modules = resolve(process.argv[2] ?? "node_modules");
if (process.argv[3] === "units") {
  const file = join(modules, "@grafana", "data", "dist", "esm", "valueFormats", "categories.mjs");
  const literals = readFileSync(file, "utf8").matchAll(/\bid: ("[^"]+")/g);
  // JSON writes µ as \u00b5 where JavaScript may write \xb5.
  const ids = new Set(Array.from(literals, ([, text]) => JSON.parse(text.replace(/\\x/g, "\\u00"))));
  process.stdout.write(`${[...ids].sort().join("\n")}\n`);
  process.exit();
}

const { createGenerator } = createRequire(join(modules, "x"))("ts-json-schema-generator");
const schema = join(modules, "@grafana", "schema");
const types = join(schema, "dist", "types");
const code = join(schema, "dist", "esm");

// The folder of a panel's options is not always the panel's type.
const TYPES = {
  annotationslist: "annolist",
  dashboardlist: "dashlist",
  nodegraph: "nodeGraph",
  statetimeline: "state-timeline",
  statushistory: "status-history",
};
// Unreleased successors and a developers' panel, which no dashboard names; geomap declares a type twice.
const SKIPPED = new Set(["debug", "geomap", "logsnew", "logstable", "newgauge", "xychart2"]);

const PROSE = new Set(["$comment", "$schema", "deprecated", "description", "examples", "title"]);

/** Return a schema without prose and with references made by `name`. */
function bare(node, name) {
  if (Array.isArray(node)) return node.map((item) => bare(item, name));
  if (node === null || typeof node !== "object") return node;
  const kept = {};
  for (const key of Object.keys(node).sort()) {
    const value = node[key];
    if (key === "properties") {
      kept[key] = Object.fromEntries(
        Object.keys(value).sort().map((property) => [property, bare(value[property], name)]),
      );
    } else if (key === "$ref") {
      kept[key] = `#/definitions/${name(decodeURIComponent(value.split("/").pop()))}`;
    } else if (!(PROSE.has(key) && (typeof value !== "object" || Array.isArray(value)))) {
      kept[key] = bare(value, name);
    }
  }
  return kept;
}

/** Return the constants `defaultX` of a module by X: the properties that Grafana fills in. */
async function defaults(file) {
  const found = existsSync(file) ? await import(pathToFileURL(file)) : {};
  const objects = Object.entries(found).filter(
    ([key, value]) => key.startsWith("default") && value !== null && typeof value === "object",
  );
  return Object.fromEntries(objects.map(([key, value]) => [key.slice("default".length), Object.keys(value)]));
}

const common = await defaults(join(code, "common", "common.gen.mjs"));
const definitions = {};

/** Add the exported types of a file, its own names prefixed; return the names of their definitions. */
async function add(path, prefix, exported) {
  const filled = { ...common, ...(await defaults(join(code, `${path}.mjs`))) };
  const source = readFileSync(join(types, `${path}.d.ts`), "utf8");
  const own = new Set([...source.matchAll(/export (?:interface|type|declare enum) (\w+)/g)].map((m) => m[1]));
  const places = {};
  for (const type of exported.filter((type) => own.has(type))) {
    const generated = createGenerator({
      path: join(types, `${path}.d.ts`),
      type,
      skipTypeCheck: true,
      additionalProperties: false,
      encodeRefs: true,
      jsDoc: "none",
    }).createSchema(type);
    // Generic and anonymous types have names with punctuation; two panels may mean different things by one.
    const name = (raw) => {
      const plain = raw.replace(/[^A-Za-z0-9_]+/g, "_").replace(/_+$/, "");
      return own.has(raw) ? `${prefix}${plain}` : plain;
    };
    for (const [raw, definition] of Object.entries(generated.definitions)) {
      const kept = bare(definition, name);
      if (kept.required !== undefined) {
        const gaps = new Set(filled[raw] ?? []);
        kept.required = kept.required.filter((property) => !gaps.has(property)).sort();
        if (kept.required.length === 0) delete kept.required;
      }
      const key = name(raw);
      const before = definitions[key];
      if (before !== undefined && JSON.stringify(before) !== JSON.stringify(kept)) {
        throw new Error(`two different definitions of ${key}`);
      }
      definitions[key] = kept;
    }
    places[type] = name(type);
  }
  return places;
}

await add(join("raw", "dashboard", "x", "types.gen"), "", ["Dashboard", "Panel", "RowPanel"]);
const panels = {};
for (const folder of readdirSync(join(types, "raw", "composable")).sort()) {
  const path = join("raw", "composable", folder, "panelcfg", "x", "types.gen");
  // Without this file it is a query language and no panel.
  if (!SKIPPED.has(folder) && existsSync(join(types, `${path}.d.ts`))) {
    const [, version] = readFileSync(join(types, `${path}.d.ts`), "utf8").match(/pluginVersion = "([^"]+)"/);
    const places = await add(path, `${folder}_`, ["Options", "FieldConfig"]);
    panels[TYPES[folder] ?? folder] = { version, options: places.Options, custom: places.FieldConfig };
  }
}

const { version } = JSON.parse(readFileSync(join(schema, "package.json"), "utf8"));
const entries = (object, indent) =>
  Object.keys(object).sort().map((key) => `${indent}${JSON.stringify(key)}: ${JSON.stringify(object[key])}`).join(",\n");
process.stdout.write(`{
  "source": ${JSON.stringify(`@grafana/schema ${version}`)},
  "panels": {
${entries(panels, "    ")}
  },
  "definitions": {
${entries(definitions, "    ")}
  }
}
`);
