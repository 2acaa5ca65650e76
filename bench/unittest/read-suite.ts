import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { parseYaml } from "../../src/chart/yaml.ts";
import type { JsonObject } from "../../src/errors/seatrial-error.ts";
import { toValues } from "./set-path.ts";

/** What a test of helm-unittest renders a chart with. */
export interface UnitTest {
  /** Files and objects, in order; later ones win. */
  values: (string | JsonObject)[];
  releaseName: string;
  namespace: string;
  isUpgrade: boolean;
  kubeVersion: string | undefined;
  apiVersions: string[];
  /** In place of those in Chart.yaml. */
  chartVersion: string | undefined;
  appVersion: string | undefined;
  /** The test expects that the chart does not render. */
  mustFail: boolean;
}

/** The part of a suite, or of a test in it, that decides what is rendered. */
interface Inputs {
  values?: string[];
  set?: JsonObject;
  release?: { name?: string; namespace?: string; upgrade?: boolean };
  capabilities?: { majorVersion?: string | number; minorVersion?: string | number; apiVersions?: string[] };
  chart?: { version?: string; appVersion?: string };
  skip?: object;
  kubernetesProvider?: object;
  postRenderer?: object;
}

interface Suite extends Inputs {
  tests?: (Inputs & { asserts?: object[] })[];
}

/**
 * The tests of a suite file. `undefined` when it has something that is not an input of a rendering: objects that `lookup` finds, a
 * post-renderer, tests that are skipped.
 */
export async function readSuite(path: string): Promise<UnitTest[] | undefined> {
  const text = await readFile(path, "utf8");
  const suites = text
    .split(/^---\s*$/m)
    .flatMap((part) => (parseYaml(part) as Suite | undefined) ?? [])
    .filter(({ tests }) => tests !== undefined);
  const all = suites.flatMap((suite) => [suite, ...(suite.tests ?? [])]);
  if (all.some((each) => each.skip ?? each.kubernetesProvider ?? each.postRenderer)) return undefined;
  return suites.flatMap((suite) =>
    (suite.tests ?? []).map((test) => ({
      ...toTest(suite, test, dirname(path)),
      mustFail: (test.asserts ?? []).some((assert) => "failedTemplate" in assert),
    })),
  );
}

function toTest(suite: Inputs, test: Inputs, directory: string): Omit<UnitTest, "mustFail"> {
  const files = [...(suite.values ?? []), ...(test.values ?? [])].map((file) => resolve(directory, file));
  const sets = [suite.set, test.set].flatMap((set) => (set === undefined ? [] : [toValues(set)]));
  const release = { ...suite.release, ...test.release };
  const capabilities = { ...suite.capabilities, ...test.capabilities };
  const { majorVersion, minorVersion, apiVersions = [] } = capabilities;
  const chart = { ...suite.chart, ...test.chart };
  return {
    values: [...files, ...sets],
    releaseName: release.name ?? "release-name",
    namespace: release.namespace ?? "namespace",
    isUpgrade: release.upgrade === true,
    kubeVersion: minorVersion === undefined ? undefined : `v${majorVersion ?? 1}.${minorVersion}.0`,
    apiVersions,
    chartVersion: chart.version,
    appVersion: chart.appVersion,
  };
}
