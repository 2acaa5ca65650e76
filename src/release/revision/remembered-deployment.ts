import { pickHelmOptions } from "../option-checks.ts";
import type { InstallOptions, UpgradeOptions } from "../options.ts";

interface Deployment {
  /** The path of the chart. */
  chart: string;
  options: UpgradeOptions;
}

const deployments = new WeakMap<object, Deployment>();

/** Remembers which chart a release was deployed from last, and how, apart from its values, which Helm keeps. */
export function rememberDeployment(release: object, chart: string, options: InstallOptions | UpgradeOptions): void {
  const { skipSchemaValidation, renderTimeout, postRenderer, serverSide } = options;
  const { description: _description, labels: _labels, ...how } = pickHelmOptions("release.upgrade", options);
  const asUpgrade = typeof serverSide === "boolean" ? (serverSide ? "true" : "false") : serverSide;
  deployments.set(release, {
    chart,
    options: {
      ...(how as UpgradeOptions),
      skipSchemaValidation,
      renderTimeout,
      postRenderer,
      serverSide: asUpgrade,
      // The values of the last revision are those that it was given, whatever it started from.
      reuseValues: undefined,
      resetValues: undefined,
      resetThenReuseValues: undefined,
    },
  });
}

/** The options with which an upgrade without values repeats the last deployment of a release. */
export function sameDeployment(release: object): UpgradeOptions {
  return { ...deployments.get(release)?.options };
}

/** The path of the chart that a release was deployed from last. */
export function deployedChart(release: object): string | undefined {
  return deployments.get(release)?.chart;
}
