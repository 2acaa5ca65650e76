import { currentControlPlane } from "seatrial";
import { expect, it } from "vitest";
import { parseManifest } from "../../../../src/chart/manifest.ts";
import type { ChartObject } from "../../../../src/findings/chart-objects.ts";
import { submitObject } from "../../../../src/release/dry-run/submit.ts";
import { custom } from "../../../helpers/charts/write-chart.ts";

it("finds a kind that discovery still lists but the API server does not serve", async () => {
  const { kube } = currentControlPlane();
  const raft = { apiVersion: "example.com/v1", kind: "Raft", plural: "rafts", isNamespaced: true, verbs: [] };
  await kube.discovery.add(raft);
  const items = parseManifest(custom("Raft", "a")).map((document): ChartObject => ({ ...document, role: "manifest" }));
  const how = {
    namespace: "default",
    releaseName: "demo",
    forceConflicts: false,
    major: 4 as const,
    kubernetes: "v1.37.2",
    signal: undefined,
  };
  const submitted = await Promise.all(items.map((item) => submitObject(kube, item, how)));
  expect(submitted.map(({ findings }) => findings)).toMatchObject([
    [
      {
        object: { kind: "Raft", name: "a" },
        reason: "NotFound",
        message: 'no matches for kind "Raft" in version "example.com/v1"',
        hint: expect.stringMatching(/^put its CustomResourceDefinition into /),
      },
    ],
  ]);
});
