// How `migrations_agreed.json` is made anew: beside a checkout of Grafana (10.1; it is what the cases were agreed with)
// `npm install @grafana/data @grafana/schema lodash typescript react react-dom`, then there
// `node migrations_oracle.mjs CHECKOUT …/migrations_agreed.json` writes what Grafana makes of the same panels.
import { createRequire } from "node:module";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

globalThis.navigator = { language: "en-US", languages: ["en-US"], userAgent: "node" };
globalThis.localStorage ??= { getItem: () => null, setItem: () => {} };
const installed = createRequire(`${process.cwd()}/`);
const ts = installed("typescript");
const [checkout, file] = process.argv.slice(2);

const schema = installed("@grafana/schema");
const libraries = {
  "@grafana/data": installed("@grafana/data"),
  "@grafana/schema": { ...schema, GraphTresholdsStyleMode: schema.GraphThresholdsStyleMode },
  lodash: installed("lodash"),
  "./config": { defaultGraphConfig: { stacking: { mode: "none", group: "A" } } },
  "./panelcfg.gen": {
    PieChartLabels: { Name: "name", Percent: "percent", Value: "value" },
    PieChartLegendValues: { Percent: "percent", Value: "value" },
    PieChartType: { Donut: "donut", Pie: "pie" },
  },
  "app/features/dashboard/services/DashboardSrv": { getDashboardSrv: () => ({ getCurrent: () => null }) },
  "app/features/dashboard/services/TimeSrv": {},
  "app/plugins/datasource/grafana/types": { GrafanaQueryType: { TimeRegions: "timeRegions" } },
};
const loaded = (path) => {
  const source = readFileSync(join(checkout, path), "utf-8");
  const { outputText } = ts.transpileModule(source, { compilerOptions: { module: "commonjs", target: "es2022" } });
  const module = { exports: {} };
  new Function("require", "module", "exports", outputText)((name) => libraries[name], module, module.exports);
  return module.exports;
};
libraries["@grafana/ui"] = loaded("packages/grafana-ui/src/components/SingleStatShared/SingleStatBaseOptions.ts");
const panels = "public/app/plugins/panel";
const stat = loaded(`${panels}/stat/StatMigrations.ts`).statPanelChangedHandler;
const handlers = {
  graph: ["timeseries", loaded(`${panels}/timeseries/migrations.ts`).graphPanelChangedHandler],
  singlestat: ["stat", stat, libraries["@grafana/ui"].sharedSingleStatMigrationHandler],
  "table-old": ["table", loaded(`${panels}/table/migrations.ts`).tablePanelChangedHandler],
  "natel-discrete-panel": ["state-timeline", loaded(`${panels}/state-timeline/migrations.ts`).timelinePanelChangedHandler],
  "grafana-piechart-panel": ["piechart", loaded(`${panels}/piechart/migrations.ts`).PieChartPanelChangedHandler],
};

// As `PanelModel.pluginLoaded` does: what is of every kind stays, the rest is what the successor may look at.
const KEPT = new Set(["id", "gridPos", "title", "targets", "datasource", "transformations", "interval", "links", "repeat"]);
const standard = (overrides) =>
  overrides
    .map((one) => ({ ...one, properties: one.properties.filter((each) => !each.id.startsWith("custom.")) }))
    .filter((one) => one.properties.length);
const made = (old) => {
  const [type, changed, migrated] = handlers[old.type];
  const copy = structuredClone(old);
  const panel = Object.fromEntries(Object.entries(copy).filter(([name]) => KEPT.has(name)));
  const config = { defaults: {}, overrides: [], ...copy.fieldConfig };
  panel.type = type;
  panel.options = {};
  panel.fieldConfig = { defaults: { ...config.defaults, custom: {} }, overrides: standard(config.overrides) };
  const angular = Object.fromEntries(
    Object.entries(copy).filter(([name]) => !KEPT.has(name) && name !== "type" && name !== "fieldConfig"),
  );
  Object.assign(panel.options, changed(panel, old.type, { angular }, panel.fieldConfig));
  if (migrated) panel.options = migrated(panel);
  return panel;
};

console.log = () => {};
const cases = JSON.parse(readFileSync(file));
const lines = Object.entries(cases).map(
  ([name, { panel }]) => ` ${JSON.stringify(name)}: ${JSON.stringify({ panel, made: made(panel) })}`,
);
writeFileSync(file, `{\n${lines.join(",\n")}\n}\n`);
