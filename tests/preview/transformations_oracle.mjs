// How `transformations_agreed.json` is made anew: `npm install @grafana/data react react-dom` somewhere, then there
// `node transformations_oracle.mjs …/transformations_agreed.json` writes what Grafana makes of the same frames.
import { createRequire } from "node:module";
import { readFileSync, writeFileSync } from "node:fs";

globalThis.navigator = { language: "en-US", languages: ["en-US"], userAgent: "node" };
globalThis.localStorage ??= { getItem: () => null, setItem: () => {} };
const data = createRequire(`${process.cwd()}/`)("@grafana/data");
globalThis.window = globalThis;
data.standardTransformersRegistry.setInit(() =>
  [...new Map(Object.values(data.standardTransformers).map((one) => [one.id, one])).values()].map((one) => ({
    id: one.id, name: one.name, transformation: () => Promise.resolve(one), imageDark: "", imageLight: "",
  })),
);

const NUMBERS = { NaN, Infinity, "-Infinity": -Infinity };
const revived = (field) => (field.type === "number" ? field.values.map((v) => (v in NUMBERS ? NUMBERS[v] : v)) : field.values);
const written = (value) => (typeof value === "number" && !Number.isFinite(value) ? String(value) : value ?? null);
const toGrafana = ({ query, name, fields }) => ({
  refId: query,
  name: name || undefined,
  length: fields[0]?.values.length ?? 0,
  fields: fields.map((field) => ({
    name: field.name, type: field.type, values: revived(field), labels: field.labels ?? undefined,
    config: { displayName: field.title || undefined, displayNameFromDS: field.sourceTitle || undefined },
  })),
});

const file = process.argv[2];
const cases = JSON.parse(readFileSync(file));
const lines = [];
for (const [name, one] of Object.entries(cases)) {
  const ctx = { interpolate: (text) => text };
  const frames = await new Promise((resolve, reject) =>
    data.transformDataFrame(one.transformations, one.frames.map(toGrafana), ctx).subscribe({ next: resolve, error: reject }));
  one.result = frames.map((frame) => frame.fields.map((field) => ({
    name: data.getFieldDisplayName(field, frame, frames), type: field.type,
    values: Array.from({ length: frame.length }, (_, n) => written(field.values[n])),
  })));
  lines.push(` ${JSON.stringify(name)}: ${JSON.stringify(one)}`);
}
writeFileSync(file, `{\n${lines.join(",\n")}\n}\n`);
