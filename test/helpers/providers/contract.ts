import { type ControlPlane, dryRunChart, installChart, lintChart, templateChart } from "seatrial";
import { expect, it } from "vitest";
import { type ContractImage, fixtureChart as toChart } from "./contract-chart.ts";

/**
 * What every provider has to do: the whole life of a release, two of them at the same time, RBAC, and what a chart leaves. The
 * control plane is asked for in each test, because it starts after the tests are collected. Real containers need an image that
 * their node can pull or has.
 */
export function describeContract(plane: () => ControlPlane, image?: ContractImage): void {
  const fixtureChart = () => toChart(image);
  const options = () => ({ controlPlane: plane() });

  it("lints and renders a chart with the versions of the API server", async () => {
    const chart = await fixtureChart();
    expect((await lintChart(chart, options())).passed).toBe(true);
    const rendered = await templateChart(chart, { ...options(), kubeVersion: plane().versions.kubernetes });
    expect(rendered.get("ConfigMap", "web").data?.version).toBe(plane().versions.kubernetes);
  });

  it("dry-runs a chart, reports what the API server refuses, and stores nothing", async () => {
    const chart = await fixtureChart();
    expect(await dryRunChart(chart, options())).toBeAccepted();
    const refused = await dryRunChart(chart, { ...options(), values: { port: 99_999 } });
    expect(refused).toBeRejected({ kind: "Service", reason: "Invalid", field: "spec.ports[0].port" });
  });

  it("installs, upgrades, rolls back and uninstalls a release", async () => {
    const chart = await fixtureChart();
    const wait = plane().capabilities.pods !== "none";
    await using release = await installChart(chart, { ...options(), wait });
    expect(await release.get("ConfigMap", "web")).toMatchObject({ data: { greeting: "hello" } });
    if (wait) expect((await release.get("Deployment", "web")).status?.readyReplicas).toBe(1);

    await release.upgrade({ values: { greeting: "good evening" }, wait });
    expect(await release.get("ConfigMap", "web")).toMatchObject({ data: { greeting: "good evening" } });
    await release.rollback(1, { wait });
    expect(await release.get("ConfigMap", "web")).toMatchObject({ data: { greeting: "hello" } });
    expect(await release.history()).toHaveLength(3);

    if (wait) expect((await release.test()).passed).toBe(true);
    await release.uninstall();
    expect(await release.all("ConfigMap")).toEqual([]);
  });

  it("keeps two releases of one chart apart at the same time", async () => {
    const chart = await fixtureChart();
    const install = (greeting: string) => installChart(chart, { ...options(), values: { greeting } });
    const releases = await Promise.all([install("one"), install("two")]);
    const greetings = await Promise.all(releases.map((release) => release.get("ConfigMap", "web")));
    expect(greetings.map(({ data }) => data?.greeting)).toEqual(["one", "two"]);
    await Promise.all(releases.map((release) => release[Symbol.asyncDispose]()));
  });

  it("removes the namespace of a release with everything in it", async () => {
    const { kube } = plane();
    let namespace: string;
    {
      await using release = await installChart(await fixtureChart(), options());
      namespace = release.namespace;
    }
    expect(await kube.get({ apiVersion: "v1", kind: "Namespace", name: namespace })).toBeUndefined();
  });

  it("obeys RBAC", async () => {
    const { kube } = plane();
    await using release = await installChart(await fixtureChart(), options());
    const { namespace } = release;
    const review = (verb: string) => ({
      apiVersion: "authorization.k8s.io/v1",
      kind: "SubjectAccessReview",
      metadata: {},
      spec: {
        user: `system:serviceaccount:${namespace}:web`,
        resourceAttributes: { namespace, verb, group: "", resource: "configmaps" },
      },
    });
    const answers = await Promise.all(["get", "delete"].map((verb) => kube.create(review(verb))));
    expect(answers.map(({ object }) => (object.status as { allowed: boolean }).allowed)).toEqual([true, false]);
  });
}
