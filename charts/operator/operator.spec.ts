import {
  currentControlPlane,
  dryRunChart,
  installChart,
  simulateWebhook,
  templateChart,
  webhookReviews,
} from "seatrial";
import { describe, expect, it } from "vitest";

const chart = "charts/operator";
const nightly = { schedule: "0 3 * * *", target: { name: "store" } };

async function isAllowed(account: { namespace: string; name: string }, resourceAttributes: Record<string, string>) {
  const review = await currentControlPlane().kube.create({
    apiVersion: "authorization.k8s.io/v1",
    kind: "SubjectAccessReview",
    metadata: {},
    spec: { user: `system:serviceaccount:${account.namespace}:${account.name}`, resourceAttributes },
  });
  return (review.object.status as { allowed: boolean }).allowed;
}

describe("the definition of Backup", () => {
  it("is served as soon as the release is installed", async () => {
    await using _release = await installChart(chart);
    const ref = {
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      name: "backups.data.example.com",
    };
    const definition = await currentControlPlane().kube.get(ref);

    expect(definition).toHaveCondition("Established");
    expect(definition).toHaveCondition("NamesAccepted");
  });

  it("fills in what a Backup leaves out", async () => {
    await using release = await installChart(chart, { values: { backups: { nightly } } });

    expect((await release.get("Backup", "operator-nightly")).spec).toEqual({
      schedule: "0 3 * * *",
      method: "Snapshot",
      parallelism: 1,
      suspend: false,
      target: { name: "store" },
      retention: { count: 7 },
    });
  });

  it.each([
    { title: "an unknown method", spec: { method: "Tape" }, field: "spec.method", message: "Unsupported value" },
    {
      title: "keeping nothing",
      spec: { retention: { count: 0 } },
      field: "spec.retention.count",
      message: "greater than or equal to 1",
    },
    {
      title: "keeping too much",
      spec: { retention: { count: 400 } },
      field: "spec.retention.count",
      message: "less than or equal to 365",
    },
    { title: "no cron expression", spec: { schedule: "daily" }, field: "spec.schedule", message: "should match" },
    {
      title: "a minimum above the count",
      spec: { retention: { count: 3, minCount: 5 } },
      field: "spec.retention.minCount",
      message: "minCount must not be greater than count",
    },
    {
      title: "a logical backup in parallel",
      spec: { method: "Logical", parallelism: 4 },
      field: "spec",
      message: "a logical backup runs with parallelism 1",
    },
    { title: "a misspelt field", spec: { shedule: "x" }, field: "spec.shedule", message: "not declared in schema" },
  ])("refuses $title", async ({ spec, field, message }) => {
    const result = await dryRunChart(chart, { values: { backups: { nightly: { ...nightly, ...spec } } } });

    expect(result).toBeRejected({ kind: "Backup", field, message });
    expect(result.rejected).toBe(1);
  });

  it("does not let the target of a Backup change", async () => {
    await using release = await installChart(chart, { values: { backups: { nightly } } });
    const result = await dryRunChart(chart, {
      values: { backups: { nightly: { ...nightly, target: { name: "other" } } } },
      namespace: release.namespace,
      releaseName: release.name,
    });

    expect(result).toBeRejected({
      kind: "Backup",
      field: "spec.target.name",
      message: "the target of a backup cannot change",
    });
  });
});

describe("an operator release", () => {
  it("may watch Backups everywhere, elect a leader at home, and read no Secrets", async () => {
    await using release = await installChart(chart);
    const { namespace } = release;
    const account = { namespace, name: "operator" };
    const backups = { group: "data.example.com", resource: "backups" };
    const leases = { group: "coordination.k8s.io", resource: "leases" };

    expect(await isAllowed(account, { ...backups, verb: "watch" })).toBe(true);
    expect(await isAllowed(account, { ...backups, verb: "delete" })).toBe(false);
    expect(await isAllowed(account, { ...backups, subresource: "status", verb: "patch" })).toBe(true);
    expect(await isAllowed(account, { ...leases, namespace, verb: "update" })).toBe(true);
    expect(await isAllowed(account, { ...leases, namespace: "kube-system", verb: "update" })).toBe(false);
    expect(await isAllowed(account, { namespace, resource: "secrets", verb: "get" })).toBe(false);
  });

  it("installs next to a release of the same name in another namespace", async () => {
    await using one = await installChart(chart);
    await using other = await installChart(chart);

    const names = [one, other].map(({ namespace }) => `${namespace}-operator`);
    expect(await one.get("ClusterRole", names[0] ?? "")).toBeDefined();
    expect(await other.get("ClusterRole", names[1] ?? "")).toBeDefined();
    expect(names[0]).not.toBe(names[1]);
  });

  it("elects a leader only when it has more than one replica", async () => {
    const args = async (values: { replicaCount: number }) =>
      JSON.stringify((await templateChart(chart, { values })).get("Deployment", "operator"));

    expect(await args({ replicaCount: 1 })).toContain("--leader-elect=false");
    expect(await args({ replicaCount: 2 })).toContain("--leader-elect=true");
  });
});

describe("the webhook of the operator", () => {
  const values = `${chart}/ci/webhook-values.yaml`;
  const name = "backups.data.example.com";

  it("is off unless it is asked for", async () => {
    expect((await templateChart(chart)).all("ValidatingWebhookConfiguration")).toEqual([]);
  });

  it("is trusted with the certificate that it serves, also after an upgrade", async () => {
    await using release = await installChart(chart, { values });
    const webhook = `${release.namespace}-operator`;
    const secret = await release.get("Secret", "operator-webhook");
    const caBundle = (secret.data as Record<string, string>)["ca.crt"];
    expect(caBundle).toMatch(/^LS0tLS1CRUdJTi/);
    expect(await release.get("ValidatingWebhookConfiguration", webhook)).toMatchObject({
      webhooks: [{ clientConfig: { caBundle } }],
    });

    await release.upgrade({ values: [values, { logLevel: "info" }] });
    expect((await release.get("Secret", "operator-webhook")).data).toEqual(secret.data);
    expect(await release.get("ValidatingWebhookConfiguration", webhook)).toMatchObject({
      webhooks: [{ clientConfig: { caBundle } }],
    });
  });

  it("is asked about every Backup of its namespace, with a dry run too", async () => {
    await using release = await installChart(chart, { values, wait: true });
    const { namespace } = release;
    const backups = { nightly };
    expect(await dryRunChart(chart, { values: [values, { backups }], namespace })).toBeAccepted();
    await release.upgrade({ values: [values, { backups }] });

    const reviews = await webhookReviews(release, { name });
    expect(reviews.map(({ request }) => request)).toMatchObject([
      { operation: "CREATE", name: "operator-nightly", namespace, dryRun: true },
      { operation: "CREATE", name: "operator-nightly", namespace, dryRun: false },
    ]);
    // The API server sets its defaults before it calls the webhook.
    expect(reviews[1]).toMatchObject({
      configuration: `${namespace}-operator`,
      request: { object: { spec: { ...nightly, method: "Snapshot", retention: { count: 7 } } } },
      response: { allowed: true },
    });
  });

  it("refuses a Backup that is installed together with the operator", async () => {
    await expect(installChart(chart, { values: [values, { backups: { nightly } }] })).rejects.toThrow(
      `failed calling webhook "${name}"`,
    );
  });

  it("keeps out what the operator refuses", async () => {
    await using release = await installChart(chart, { values });
    const { namespace } = release;
    await using _hook = await simulateWebhook(release, { name, deny: "the store has no snapshots" });
    const result = await dryRunChart(chart, { values: [values, { backups: { nightly } }], namespace });

    expect(result).toBeRejected({
      kind: "Backup",
      reason: "Forbidden",
      message: `admission webhook "${name}" denied the request: the store has no snapshots`,
    });
    expect(result.rejected).toBe(1);
  });

  it("lets the operator compare a Backup with what it was", async () => {
    await using release = await installChart(chart, { values, wait: true });
    await release.upgrade({ values: [values, { backups: { nightly } }] });
    await using hook = await simulateWebhook(release, {
      name,
      handle: ({ request: { object, oldObject } }) => {
        const [before, after] = [oldObject, object].map(
          (each) => (each?.spec as { method?: string } | undefined)?.method,
        );
        const isChange = before !== undefined && before !== after;
        return { allowed: !isChange, message: `the method of a backup cannot change from ${before} to ${after}` };
      },
    });
    const logical = { ...nightly, method: "Logical" };

    await expect(release.upgrade({ values: [values, { backups: { nightly: logical } }] })).rejects.toThrow(
      "the method of a backup cannot change from Snapshot to Logical",
    );
    await release.upgrade({ values: [values, { backups: { nightly: { ...nightly, schedule: "0 4 * * *" } } }] });
    expect((await hook.reviews()).map(({ response }) => response)).toMatchObject([
      { allowed: false },
      { allowed: true },
    ]);
  });

  it("refuses every Backup while the operator is away, unless its failure policy is Ignore", async () => {
    await using release = await installChart(chart, { values });
    const { namespace } = release;
    const away = () => Promise.reject(new Error("the operator is away"));
    await using _hook = await simulateWebhook(release, { name, handle: away });
    const backups = { nightly };

    await expect(dryRunChart(chart, { values: [values, { backups }], namespace })).rejects.toThrow(
      `failed calling webhook "${name}"`,
    );
    await release.upgrade({ values: [values, { webhook: { failurePolicy: "Ignore" } }] });
    const lenient = [values, { backups, webhook: { failurePolicy: "Ignore" } }];
    expect(await dryRunChart(chart, { values: lenient, namespace })).toBeAccepted();
  });
});
