import { currentControlPlane, installChart } from "seatrial";
import { describe, expect, it } from "vitest";
import { configMap, writeChart } from "../../helpers/charts/write-chart.ts";
import { recordRequests } from "../../helpers/recorded-plane.ts";

describe("installChart", () => {
  it("renders once and passes the digest of the rendering to the installation", async () => {
    const { plane, recorded } = await recordRequests(currentControlPlane());
    const chart = await writeChart({ "templates/a.yaml": configMap("a") });
    await using _release = await installChart(chart, { controlPlane: plane });
    const rendered = recorded.filter(({ path }) => path === "/v1/template");
    expect(rendered.map(({ sent }) => sent)).toMatchObject([{ forRelease: true }]);
    const digest = rendered[0]?.answer.renderDigest;
    expect(digest).toMatch(/^sha256:/);
    const installed = recorded.filter(({ path }) => path === "/v1/install");
    expect(installed.map(({ sent }) => sent)).toMatchObject([{ renderDigest: digest }]);
  });

  it("renders without the cluster's objects when the chart looks up objects of its own definitions", async () => {
    const { plane, recorded } = await recordRequests(currentControlPlane());
    const chart = await writeChart({
      "crds/widget.yaml": `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: onerenders.example.com
spec:
  group: example.com
  scope: Namespaced
  names: { kind: OneRender, plural: onerenders, singular: onerender, listKind: OneRenderList }
  versions:
    - { name: v1, served: true, storage: true, schema: { openAPIV3Schema: { type: object } } }
`,
      "templates/a.yaml": `{{ $_ := lookup "example.com/v1" "OneRender" .Release.Namespace "x" }}\n${configMap("a")}`,
    });
    await using release = await installChart(chart, { controlPlane: plane });
    expect(release.status).toBe("deployed");
    const rendered = recorded.filter(({ path }) => path === "/v1/template");
    expect(rendered.map(({ answer }) => "error" in answer)).toEqual([true, false]);
  });
});
