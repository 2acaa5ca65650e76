import { describe, expect, it } from "vitest";
import { configMap, writeChart } from "../../helpers/charts/write-chart.ts";
import { findingsIn, tryChart } from "../../helpers/try-chart.ts";

const hook = (events: string, policy = "before-hook-creation") =>
  `  annotations: { helm.sh/hook: "${events}", helm.sh/hook-delete-policy: ${policy} }\n`;
const service = (spec: string) =>
  `apiVersion: v1\nkind: Service\nmetadata: { name: web }\nspec: { ports: [{ port: 80 }]${spec} }\n`;

async function chartWith(text: string): Promise<string> {
  return writeChart({ "templates/a.yaml": text });
}

describe("the upgrade of a trial from a previous version", () => {
  it("is tried when the chart leaves a hook that is an ordinary object of the previous version", async () => {
    const from = await chartWith(`${configMap("a", { is: "old" })}---\n${configMap("b")}`);
    const events = "post-install,post-upgrade";
    const chart = await chartWith(`${configMap("a", { is: "new" }, hook(events))}---\n${configMap("b")}`);
    const result = await tryChart(chart, { from });
    expect(findingsIn(result)).toMatchObject([{ step: "leftovers", reason: "HookKept", severity: "warning" }]);
    expect(result.steps.slice(-2)).toMatchObject([
      { name: "upgrade-from", verdict: "passed" },
      { name: "rollback", verdict: "passed" },
    ]);
  });

  it("rolls back a Service that gets another cluster IP or node port, which nobody has set", async () => {
    const plain = await chartWith(service(""));
    const external = await chartWith(service(", type: ExternalName, externalName: a.example.com"));
    const nodePort = await chartWith(service(", type: NodePort"));
    for (const [from, chart] of [
      [plain, external],
      [nodePort, plain],
    ] as const) {
      const result = await tryChart(chart, { from });
      expect({ verdict: result.verdict, findings: findingsIn(result) }).toEqual({ verdict: "passed", findings: [] });
    }
  });
});

describe("the rollback of a trial", () => {
  it("warns that a claim that has grown cannot shrink again", async () => {
    const claim = (size: string) =>
      `apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: { name: data }\nspec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: ${size} } } }\n`;
    const user = `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers: [{ name: a, image: "example.invalid/a:1", volumeMounts: [{ name: data, mountPath: /data }] }]
      volumes: [{ name: data, persistentVolumeClaim: { claimName: data } }]
`;
    const from = await chartWith(`${claim("1Gi")}---\n${user}`);
    const result = await tryChart(await chartWith(`${claim("2Gi")}---\n${user}`), { from });
    expect(findingsIn(result)).toMatchObject([
      {
        severity: "warning",
        step: "rollback",
        reason: "NotRolledBack",
        field: "spec.resources.requests.storage",
        message: expect.stringContaining("the rollback is refused: Forbidden: field can not be less than"),
      },
    ]);
    expect(result.verdict).toBe("passed");
  });
});

describe("a hook that exists already", () => {
  it("is not waited for when it has ended before", async () => {
    const job = `apiVersion: batch/v1
kind: Job
metadata:
  name: migrate
${hook("pre-install,pre-upgrade", "hook-failed")}spec:
  template: { spec: { restartPolicy: Never, containers: [{ name: a, image: "example.invalid/a:1" }] } }
`;
    const result = await tryChart(await chartWith(`${configMap("a")}---\n${job}`));
    expect(findingsIn(result).filter(({ severity }) => severity === "error")).toEqual([]);
    expect(result.verdict).toBe("passed");
  });
});

describe("the job of a hook that another version has left", () => {
  it("needs a delete policy when its template changes", async () => {
    const job = (image: string) => `apiVersion: batch/v1
kind: Job
metadata:
  name: migrate
${hook("post-install,post-upgrade", "hook-failed")}spec:
  template: { spec: { restartPolicy: Never, containers: [{ name: a, image: "example.invalid/${image}" }] } }
`;
    const from = await chartWith(`${configMap("a")}---\n${job("a:1")}`);
    const result = await tryChart(await chartWith(`${configMap("a")}---\n${job("a:2")}`), { from });
    const errors = findingsIn(result).filter(({ severity }) => severity === "error");
    expect(errors).toMatchObject([{ step: "upgrade-from", hint: expect.stringContaining("before-hook-creation") }]);
  });
});

describe("a Job that removes itself after its end", () => {
  it("may change its template: users upgrade when it is gone", async () => {
    const job = (image: string, ttl: string) => `apiVersion: batch/v1
kind: Job
metadata:
  name: migrate
spec:
  ${ttl}
  template: { spec: { restartPolicy: Never, containers: [{ name: a, image: "example.invalid/${image}" }] } }
`;
    const ttl = "ttlSecondsAfterFinished: 600";
    const result = await tryChart(await chartWith(job("a:2", ttl)), { from: await chartWith(job("a:1", ttl)) });
    expect(findingsIn(result)).toEqual([]);
    expect(result.verdict).toBe("passed");
  });
});
