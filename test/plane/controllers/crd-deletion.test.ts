import { load } from "js-yaml";
import { currentControlPlane, type KubeObject } from "seatrial";
import { describe, expect, it, onTestFinished } from "vitest";
import { waitForCrd } from "../../../src/kube/crd-ready.ts";
import { custom, definition } from "../../helpers/charts/write-chart.ts";
import { LONG } from "../../helpers/workloads.ts";

const { kube } = currentControlPlane();
const crd = { apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition" };
const readDefinition = (kind: string) => load(definition(kind)) as KubeObject & { metadata: { name: string } };

describe("a CustomResourceDefinition that is deleted", () => {
  it("goes without a retry when nobody has used its kind", async () => {
    const kinds = ["Yawl", "Ketch", "Brig", "Cutter"];
    for (const kind of kinds) await kube.create(readDefinition(kind));
    const names = kinds.map((kind) => readDefinition(kind).metadata.name);
    for (const name of names) await kube.delete({ ...crd, name });
    const left = async () => {
      const all = await kube.list(crd.apiVersion, crd.kind);
      return all.filter(({ metadata: { name = "" } }) => names.includes(name));
    };
    await expect.poll(left, LONG).toEqual([]);
  });

  it("stays as long as one of its objects stays", async () => {
    await using home = await currentControlPlane().namespace();
    const lugger = readDefinition("Lugger");
    const { name } = lugger.metadata;
    await kube.create(lugger);
    await waitForCrd(kube, lugger, { timeoutMs: LONG.timeout });
    const object = load(custom("Lugger", "a")) as KubeObject;
    object.metadata = { ...object.metadata, namespace: home.name, finalizers: ["example.com/keep"] };
    await kube.create(object);
    const ref = { apiVersion: "example.com/v1", kind: "Lugger", name: "a", namespace: home.name };
    const free = () => kube.patch(ref, { metadata: { finalizers: null } }).catch(() => undefined);
    onTestFinished(async () => void (await free()));

    await kube.delete({ ...crd, name });
    await expect.poll(async () => (await kube.get(ref))?.metadata.deletionTimestamp, LONG).toBeDefined();
    expect((await kube.get({ ...crd, name }))?.metadata.finalizers).toEqual([
      "customresourcecleanup.apiextensions.k8s.io",
    ]);
    await free();
    await expect.poll(() => kube.get({ ...crd, name }), LONG).toBeUndefined();
  });
});
