import { pickHelmOptions } from "../option-checks.ts";
import type { InstallOptions, UpgradeOptions } from "../options.ts";

const deployments = new WeakMap<object, UpgradeOptions>();
const charts = new WeakMap<object, string>();

/** Remembers from which chart and how a release was deployed last, apart from its values, which Helm keeps. */
export function rememberDeployment(release: object, chart: string, options: InstallOptions | UpgradeOptions): void {
  charts.set(release, chart);
  const { skipSchemaValidation, renderTimeout, postRenderer, serverSide } = options;
  const { description: _description, labels: _labels, ...how } = pickHelmOptions("release.upgrade", options);
  const asUpgrade = typeof serverSide === "boolean" ? (serverSide ? "true" : "false") : serverSide;
  deployments.set(release, {
    ...(how as UpgradeOptions),
    skipSchemaValidation,
    renderTimeout,
    postRenderer,
    serverSide: asUpgrade,
    // The values of the last revision are those that it was given, whatever it started from.
    reuseValues: undefined,
    resetValues: undefined,
    resetThenReuseValues: undefined,
  });
}

/** The options with which an upgrade without values repeats the last deployment of a release. */
export function sameDeployment(release: object): UpgradeOptions {
  return { ...deployments.get(release) };
}

/** The path of the chart of the last deployment of a release. */
export function lastChart(release: object): string {
  return charts.get(release) ?? "";
}
