import { currentControlPlane } from "seatrial";
import { describe, expect, it, onTestFinished } from "vitest";

const ref = (name: string) => ({ apiVersion: "v1", kind: "Namespace", name });

describe("namespace", () => {
  it("has a unique name, a label and the default ServiceAccount, and is gone when it is disposed", async () => {
    const { kube, namespace } = currentControlPlane();
    let name: string;
    {
      await using made = await namespace({ prefix: "My Chart", labels: { team: "a" } });
      name = made.name;
      expect(name).toMatch(/^my-chart-[a-z0-9]{6}$/);
      expect((await kube.get(ref(name)))?.metadata.labels).toMatchObject({
        "seatrial.dev/owner": expect.stringMatching(`^${process.pid}-`),
        team: "a",
      });
      expect(
        await kube.get({ apiVersion: "v1", kind: "ServiceAccount", namespace: name, name: "default" }),
      ).toBeDefined();
      await kube.create({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a", namespace: name } });
    }
    expect(await kube.get(ref(name))).toBeUndefined();
  });

  it("has a short name, since charts put it into names that they truncate", async () => {
    await using made = await currentControlPlane().namespace({ prefix: "prometheus-blackbox-exporter" });
    expect(made.name).toMatch(/^prometheus-[a-z0-9]{6}$/);
  });

  it("is removed once, however often and concurrently the removal is requested", async () => {
    const made = await currentControlPlane().namespace();
    await Promise.all([made.remove(), made.remove(), made[Symbol.asyncDispose]()]);
    await made.remove();
  });

  it("names the objects and finalizers that prevent its deletion", async () => {
    const { kube, namespace } = currentControlPlane();
    const made = await namespace({ prefix: "stuck", timeoutMs: 300 });
    const stuck = { apiVersion: "v1", kind: "ConfigMap", namespace: made.name, name: "stuck" };
    const metadata = { name: "stuck", namespace: made.name, finalizers: ["example.com/wait"] };
    await kube.create({ apiVersion: "v1", kind: "ConfigMap", metadata });
    onTestFinished(async () => {
      await kube.patch(stuck, { metadata: { finalizers: null } });
    });
    await kube.delete(ref(made.name));
    const remaining = async () => {
      const { conditions = [] } = ((await kube.get(ref(made.name)))?.status ?? {}) as {
        conditions?: { type: string; status: string }[];
      };
      return conditions.filter(({ type, status }) => /Remaining$/.test(type) && status === "True").length;
    };
    // The controller may take longer than the timeout of the removal.
    await expect.poll(remaining, { timeout: 30_000 }).toBe(2);
    const error = await made.remove().catch((caught: Error) => caught);
    expect(error).toMatchObject({ code: "SEATRIAL_NAMESPACE_STUCK", details: { namespace: made.name } });
    const text = String(error)
      .replaceAll(made.name, "<name>")
      .replace(/\d+ ms/, "N ms");
    expect(text).toMatchInlineSnapshot(`
      "SeatrialError: Namespace <name> still exists N ms after its deletion was requested
        ConfigMap <name>/stuck waits for its finalizers: example.com/wait
        NamespaceContentRemaining: Some resources are remaining: configmaps. has 1 resource instances
        NamespaceFinalizersRemaining: Some content in the namespace has finalizers remaining: example.com/wait in 1 resource instances
      Hint: remove the finalizers from these objects, or let the controller that owns them run"
    `);
  });
});

describe("kube", () => {
  it("creates, applies, patches, lists and deletes objects by their kind", async () => {
    const { kube, namespace } = currentControlPlane();
    await using made = await namespace();
    const map = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a", namespace: made.name } };
    const at = { apiVersion: "v1", kind: "ConfigMap", namespace: made.name, name: "a" };
    await kube.create({ ...map, data: { one: "1" } });
    await expect(kube.create(map)).rejects.toMatchObject({ reason: "AlreadyExists", statusCode: 409 });
    await kube.apply({ ...map, data: { two: "2" } }, { fieldManager: "test" });
    await kube.patch(at, { metadata: { labels: { app: "a" } } });
    const [listed, ...others] = await kube.list("v1", "ConfigMap", { namespace: made.name, labelSelector: "app=a" });
    expect(others).toEqual([]);
    expect(listed).toMatchObject({ apiVersion: "v1", kind: "ConfigMap", data: { one: "1", two: "2" } });
    expect(await kube.get(at, { metadataOnly: true })).toMatchObject({
      kind: "PartialObjectMetadata",
      metadata: { name: "a" },
    });
    expect(await kube.delete(at)).toBe(true);
    expect(await kube.delete(at)).toBe(false);
    expect(await kube.get(at)).toBeUndefined();
  });

  it("reports conflicts of field managers and takes the fields over with force", async () => {
    const { kube, namespace } = currentControlPlane();
    await using made = await namespace();
    const map = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a", namespace: made.name } };
    await kube.apply({ ...map, data: { a: "1" } }, { fieldManager: "one" });
    const apply = (force: boolean) => kube.apply({ ...map, data: { a: "2" } }, { fieldManager: "two", force });
    await expect(apply(false)).rejects.toMatchObject({ reason: "Conflict", causes: [{ field: ".data.a" }] });
    expect((await apply(true)).object.data).toEqual({ a: "2" });
  });

  it("writes nothing in a dry run, and passes warnings on", async () => {
    const { kube, namespace } = currentControlPlane();
    await using made = await namespace();
    const metadata = { name: "a", namespace: made.name };
    const { object, warnings } = await kube.apply({ apiVersion: "v1", kind: "Endpoints", metadata }, { dryRun: true });
    expect(object.metadata.uid).toBeDefined();
    expect(warnings).toEqual([expect.stringContaining("v1 Endpoints is deprecated")]);
    expect(await kube.list("v1", "Endpoints", { namespace: made.name })).toEqual([]);
  });

  it("is strict about unknown fields by default", async () => {
    const { kube, namespace } = currentControlPlane();
    await using made = await namespace();
    const map = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a", namespace: made.name }, dat: {} };
    await expect(kube.create(map)).rejects.toMatchObject({ message: expect.stringContaining('unknown field "dat"') });
    expect((await kube.create(map, { fieldValidation: "Warn" })).warnings).toEqual(['unknown field "dat"']);
  });

  it("distinguishes a kind that is not served from an object that does not exist", async () => {
    const { kube } = currentControlPlane();
    const widget = { apiVersion: "example.com/v1", kind: "Widget", namespace: "default", name: "a" };
    await expect(kube.get(widget)).rejects.toMatchObject({ code: "SEATRIAL_API", reason: "NotFound" });
    expect(await kube.get({ apiVersion: "v1", kind: "Secret", namespace: "default", name: "a" })).toBeUndefined();
  });

  it("cancels a request", async () => {
    const { kube } = currentControlPlane();
    const list = kube.list("v1", "Secret", { signal: AbortSignal.abort(new Error("enough")) });
    await expect(list).rejects.toMatchObject({ code: "SEATRIAL_CANCELLED", cause: new Error("enough") });
  });
});
