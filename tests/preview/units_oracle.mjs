// How `units_agreed.json` is made anew: `npm install @grafana/data react` somewhere, then there
// `TZ=UTC node units_oracle.mjs …/units_agreed.json` writes what `getValueFormat` says for the same questions.
import { createRequire } from "node:module";
import { readFileSync, writeFileSync } from "node:fs";

globalThis.navigator = { language: "en-US", languages: ["en-US"], userAgent: "node" };
globalThis.localStorage ??= { getItem: () => null, setItem: () => {} };
const { getValueFormat, formattedValueToString } = createRequire(`${process.cwd()}/`)("@grafana/data");

const file = process.argv[2];
const agreed = JSON.parse(readFileSync(file));
const lines = Object.entries(agreed).map(([unit, rows]) => {
  const answers = rows.map(([value, decimals]) => [
    value, decimals, formattedValueToString(getValueFormat(unit)(value, decimals ?? undefined, null, "utc")),
  ]);
  return ` ${JSON.stringify(unit)}: ${JSON.stringify(answers)}`;
});
writeFileSync(file, `{\n${lines.join(",\n")}\n}\n`);
