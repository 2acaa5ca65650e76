import { expect, it } from "vitest";
import { currentControlPlane } from "../../../src/plane/current.ts";
import { planTrials } from "../../../src/trial/plan-trials.ts";
import { runSuite } from "../../../src/trial/suite.ts";
import { configMap, writeChart } from "../../helpers/charts/write-chart.ts";

const role =
  "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: { name: of-both-cases }\nrules: []\n";

/** Runs both cases of a chart with two workers, and lists what happened in its order. */
async function runBoth(template: string, failFast = false): Promise<{ verdict: string; seen: string[] }> {
  const chart = await writeChart({ "templates/a.yaml": template, "ci/b-values.yaml": "{}" }, "divided");
  const { plans } = await planTrials([chart]);
  const seen: string[] = [];
  const { verdict } = await runSuite({
    plans,
    plane: currentControlPlane(),
    jobs: 2,
    failFast,
    filteredOutCount: 0,
    startedMs: performance.now(),
    onStep: (id, step) => seen.push(`${id} ${step}`),
    onTrial: ({ id }) => seen.push(`${id} ended`),
  });
  return { verdict, seen };
}

const own = "divided/default";
const other = "divided/ci/b-values.yaml";

it("starts two cases of one chart at the same time", async () => {
  const { verdict, seen } = await runBoth(configMap("a"));
  expect(verdict).toBe("passed");
  expect(seen.slice(0, 2)).toEqual([`${own} lint`, `${other} lint`]);
});

it("installs cases with the same cluster-scoped name one after another", async () => {
  const { verdict, seen } = await runBoth(role);
  expect(verdict).toBe("passed");
  const [first, second] = seen.indexOf(`${own} ended`) < seen.indexOf(`${other} ended`) ? [own, other] : [other, own];
  expect(seen.indexOf(`${second} install`)).toBeGreaterThan(seen.indexOf(`${first} leftovers`));
});

it("starts the second case after the first one has ended with failFast", async () => {
  const { verdict, seen } = await runBoth(configMap("a"), true);
  expect(verdict).toBe("passed");
  expect(seen.indexOf(`${other} lint`)).toBeGreaterThan(seen.indexOf(`${own} ended`));
});
