import { type AdmissionReview, currentControlPlane, installChart, simulateWebhook, webhookReviews } from "seatrial";
import { describe, expect, it } from "vitest";
import { webhookChart } from "../../helpers/charts/webhook-chart.ts";
import { rejectionOf } from "../../helpers/rejection-of.ts";

const { kube } = currentControlPlane();
const name = "hook.example.com";
const configMap = (namespace: string, data: Record<string, string> = {}, called = "a") => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: called, namespace },
  data,
});

describe("a webhook whose backend is a Service", () => {
  it("allows objects and records the reviews", async () => {
    await using release = await installChart(await webhookChart(), { wait: true });
    await kube.create(configMap(release.namespace, { a: "b" }));
    const reviews = await webhookReviews(release, { name });

    expect(reviews).toMatchObject([
      {
        type: "validating",
        configuration: `${release.namespace}-hook`,
        webhook: name,
        answeredBy: "default",
        request: {
          operation: "CREATE",
          namespace: release.namespace,
          name: "a",
          dryRun: false,
          object: { kind: "ConfigMap", data: { a: "b" } },
        },
        response: { allowed: true },
      },
    ]);
    expect(reviews[0]?.error).toBeUndefined();
  });

  it("is called for dry runs", async () => {
    await using release = await installChart(await webhookChart(), { wait: true });
    await kube.create(configMap(release.namespace), { dryRun: true });

    expect(await webhookReviews(release)).toMatchObject([{ request: { dryRun: true } }]);
  });

  it("does not record the data of Secrets, but passes it to a handler", async () => {
    await using release = await installChart(await webhookChart({ resources: "secrets" }));
    const seen: unknown[] = [];
    await using hook = await simulateWebhook(release, {
      handle: ({ request }) => {
        seen.push(request.object?.data);
        return { allowed: true };
      },
    });
    const metadata = { name: "s", namespace: release.namespace };
    await kube.create({ apiVersion: "v1", kind: "Secret", metadata, data: { password: "aHVudGVyMg==" } });
    const reviews = await hook.reviews();

    expect(seen).toEqual([{ password: "aHVudGVyMg==" }]);
    expect(reviews).toMatchObject([{ request: { object: { data: { password: "***" } } } }]);
    expect(JSON.stringify(reviews)).not.toContain("aHVudGVyMg");
  });

  it("denies objects until the simulation is disposed of", async () => {
    await using release = await installChart(await webhookChart(), { wait: true });
    {
      await using hook = await simulateWebhook(release, { name, deny: "not on a Friday" });
      await expect(kube.create(configMap(release.namespace))).rejects.toMatchObject({
        code: "SEATRIAL_REJECTED",
        statusCode: 403,
        status: { message: `admission webhook "${name}" denied the request: not on a Friday` },
      });
      expect(await hook.reviews()).toMatchObject([{ answeredBy: "deny", response: { allowed: false } }]);
    }
    await expect(kube.create(configMap(release.namespace))).resolves.toBeDefined();
    expect(await webhookReviews(release)).toMatchObject([{ answeredBy: "deny" }, { answeredBy: "default" }]);
  });

  it("denies the first object of a release when its namespace exists before", async () => {
    await using namespace = await currentControlPlane().namespace();
    const target = { namespace: namespace.name };
    await using _hook = await simulateWebhook(target, { deny: "no" });
    await using _release = await installChart(await webhookChart(), { namespace: namespace.name });

    await expect(kube.create(configMap(namespace.name))).rejects.toThrow("denied the request: no");
  });

  it("calls a handler of the spec, whose warnings and reasons arrive", async () => {
    await using release = await installChart(await webhookChart());
    const handle = async ({ request }: AdmissionReview) => {
      const { size } = (request.object?.data ?? {}) as { size?: string };
      if (size === "big") return { allowed: false, message: "too big", code: 422, reason: "Invalid" };
      return { allowed: true, warnings: [`size ${size} is odd`] };
    };
    await using hook = await simulateWebhook(release, { handle });

    const { warnings } = await kube.create(configMap(release.namespace, { size: "small" }));
    expect(warnings).toEqual(["size small is odd"]);
    await expect(kube.create(configMap(release.namespace, { size: "big" }, "b"))).rejects.toMatchObject({
      statusCode: 422,
      status: { reason: "Invalid", message: expect.stringContaining("too big") },
    });
    expect(await hook.reviews()).toMatchObject([
      { answeredBy: "handler", response: { allowed: true, warnings: ["size small is odd"] } },
      { answeredBy: "handler", response: { allowed: false, message: "too big", code: 422 } },
    ]);
  });

  it("applies the patch of a handler to objects when it mutates", async () => {
    await using release = await installChart(await webhookChart({ kind: "MutatingWebhookConfiguration" }));
    const patch = [{ op: "add" as const, path: "/data/added", value: "yes" }];
    await using hook = await simulateWebhook(release, { handle: () => ({ allowed: true, patch }) });
    const { object } = await kube.create(configMap(release.namespace, { a: "b" }));

    expect(object.data).toEqual({ a: "b", added: "yes" });
    expect(await hook.reviews()).toMatchObject([{ type: "mutating", response: { patch } }]);
  });

  it.each([
    {
      title: "throws",
      handle: () => {
        throw new Error("out of tea");
      },
      message: `the spec's handler of webhook "${name}" failed: out of tea`,
    },
    { title: "returns nothing", handle: () => undefined, message: "handle must return { allowed: true or false, … }" },
    { title: "misspells a field", handle: () => ({ allowed: true, patches: [] }), message: 'unknown option "patches"' },
  ])("fails when the handler $title, and says so", async ({ handle, message }) => {
    await using release = await installChart(await webhookChart());
    await using hook = await simulateWebhook(release, { handle: handle as never });

    await expect(kube.create(configMap(release.namespace))).rejects.toThrow(`failed calling webhook "${name}"`);
    await expect(kube.create(configMap(release.namespace))).rejects.toThrow(message);
    expect((await hook.reviews())[0]?.error).toContain(message);
  });

  it("lets an object pass when the handler fails and the failure policy is Ignore", async () => {
    await using release = await installChart(await webhookChart({ webhook: "    # kept simple\n" }));
    const ref = {
      apiVersion: "admissionregistration.k8s.io/v1",
      kind: "ValidatingWebhookConfiguration",
      name: `${release.namespace}-hook`,
    };
    const stored = await release.get("ValidatingWebhookConfiguration", ref.name);
    await kube.patch(ref, { webhooks: [{ ...stored.webhooks?.[0], failurePolicy: "Ignore" }] });
    const handle = () => Promise.reject(new Error("never mind"));
    await using hook = await simulateWebhook(release, { handle });
    await kube.create(configMap(release.namespace));

    expect(await hook.reviews()).toMatchObject([{ error: expect.stringContaining("never mind") }]);
  });

  it("waits for a handler until timeoutSeconds have passed", async () => {
    await using release = await installChart(await webhookChart());
    await using hook = await simulateWebhook(release, { handle: () => new Promise(() => undefined) });
    const error = await rejectionOf(kube.create(configMap(release.namespace)));

    expect(error).toMatchObject({
      message: expect.stringContaining("did not respond in time: context deadline exceeded"),
    });
    expect(await hook.reviews()).toMatchObject([{ error: expect.stringContaining("deadline") }]);
  });

  it("fails calls that wait for a handler when the simulation is stopped", async () => {
    await using release = await installChart(await webhookChart());
    const asked = Promise.withResolvers<void>();
    const hook = await simulateWebhook(release, {
      handle: () => {
        asked.resolve();
        return new Promise(() => undefined);
      },
    });
    const creation = rejectionOf(kube.create(configMap(release.namespace)));
    await asked.promise;
    await hook.stop();
    await hook.stop();

    expect(await creation).toMatchObject({ message: expect.stringContaining("is gone: its process has ended") });
  });

  it("rejects a name that no webhook has, and an unknown option", async () => {
    await using release = await installChart(await webhookChart());

    await expect(simulateWebhook(release, { name: "hoo.example.com" })).rejects.toMatchObject({
      code: "SEATRIAL_USAGE",
      hint: `did you mean "${name}"?`,
    });
    await expect(webhookReviews(release, { name: "other" })).rejects.toMatchObject({ code: "SEATRIAL_USAGE" });
    await expect(simulateWebhook(release, { denied: "x" } as never)).rejects.toMatchObject({
      hint: 'did you mean "deny"?',
    });
    await expect(simulateWebhook(release, { deny: "x", handle: () => ({ allowed: true }) })).rejects.toThrow(
      "excludes",
    );
    await expect(simulateWebhook({} as never)).rejects.toThrow("must be a release or { namespace }");
  });
});
