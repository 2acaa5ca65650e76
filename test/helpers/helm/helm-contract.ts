import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { ControlPlane } from "../../../src/plane/control-plane.ts";
import { installChart } from "../../../src/release/install-chart.ts";
import type { InstallOptions } from "../../../src/release/options.ts";
import type { Release } from "../../../src/release/release.ts";
import { pollUntil } from "../../../src/util/poll.ts";

/** What Helm must do with Pods that complete within milliseconds. */
export interface ContractCase {
  name: string;
  templates: Record<string, string>;
  /** Does it once, in a namespace of its own; rejects when something is not as it must be. */
  run(chart: string, controlPlane: ControlPlane): Promise<void>;
}

/** How long each of Helm's waits may take; what takes as long as that has hung. */
export const CONTRACT_TIMEOUT_MS = 30_000;
// A failed hook must not be waited for at all; the rest is the machine's.
const AT_ONCE_MS = 10_000;

const timeout = `${CONTRACT_TIMEOUT_MS / 1000}s`;
const pod = (policy = "Never") =>
  `{ restartPolicy: ${policy}, containers: [{ name: app, image: "example.com/app:1" }] }`;
const hook = (events: string, policy: string) =>
  `annotations: { helm.sh/hook: "${events}", helm.sh/hook-delete-policy: "${policy}" }`;
const job = (name: string, metadata = "", more = "") => `apiVersion: batch/v1
kind: Job
metadata: { name: ${name}, ${metadata} }
spec: { backoffLimit: 0, ${more} template: { spec: ${pod()} } }
`;
const hookPod = (name: string, events: string) => `apiVersion: v1
kind: Pod
metadata: { name: ${name}, annotations: { helm.sh/hook: "${events}" } }
spec: ${pod()}
`;
const deployment = (name: string) => `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  replicas: 2
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec: ${pod("Always")}
`;
const service = (name: string) => `apiVersion: v1
kind: Service
metadata: { name: ${name} }
spec: { selector: { app: ${name} }, ports: [{ port: 80 }] }
`;
const unlessPruned = (text: string) => `{{ if not .Values.prune }}\n${text}{{ end }}\n`;

export const contractCases: readonly ContractCase[] = [
  {
    name: "a hook with before-hook-creation that never existed, then one that did",
    templates: { hook: job("migrate", hook("pre-install,pre-upgrade", "before-hook-creation")) },
    run: async (chart, controlPlane) => {
      await using release = await install(chart, controlPlane);
      const first = await release.get("Job", "migrate");
      mustBe("the Job's successes", first.status?.succeeded, 1);
      await release.upgrade({ wait: true, timeout });
      const second = await release.get("Job", "migrate");
      mustBe("the second Job's successes", second.status?.succeeded, 1);
      mustBe("whether the Job is the first one", second.metadata.uid === first.metadata.uid, false);
    },
  },
  {
    name: "a hook Job with hook-succeeded",
    templates: { hook: job("migrate", hook("pre-install", "hook-succeeded")) },
    run: async (chart, controlPlane) => {
      await using release = await install(chart, controlPlane);
      await mustHaveCompleted(release, "migrate");
      await mustBeGone(release, "batch/v1", "Job", "migrate");
      await noneLeft(release, "Pod");
    },
  },
  {
    name: "a Job with ttlSecondsAfterFinished: 0, waited for",
    templates: { job: job("once", "", "ttlSecondsAfterFinished: 0,") },
    run: async (chart, controlPlane) => {
      await using release = await install(chart, controlPlane, { waitForJobs: true });
      mustBe("the release's status", release.status, "deployed");
      await mustHaveCompleted(release, "once");
      await noneLeft(release, "Job");
    },
  },
  {
    name: "uninstall with wait",
    templates: { web: deployment("web"), service: service("web"), job: job("once") },
    run: async (chart, controlPlane) => {
      await using release = await install(chart, controlPlane);
      await release.uninstall({ wait: true, timeout });
      await mustBeGone(release, "apps/v1", "Deployment", "web");
      await mustBeGone(release, "v1", "Service", "web");
      await mustBeGone(release, "batch/v1", "Job", "once");
      await noneLeft(release, "Pod");
    },
  },
  {
    name: "an upgrade with wait that prunes objects",
    templates: { web: deployment("web"), old: unlessPruned(deployment("old")), service: unlessPruned(service("old")) },
    run: async (chart, controlPlane) => {
      await using release = await install(chart, controlPlane);
      await release.upgrade({ set: { prune: true }, wait: true, timeout });
      await mustBeGone(release, "apps/v1", "Deployment", "old");
      await mustBeGone(release, "v1", "Service", "old");
      const web = await release.get("Deployment", "web");
      mustBe("the ready Pods of the Deployment that stays", web.status?.readyReplicas, 2);
    },
  },
  {
    name: "a hook that fails, at once",
    templates: { hook: job("migrate", hook("pre-install", "before-hook-creation")) },
    run: async (chart, controlPlane) => {
      const startedAt = performance.now();
      const error = await install(chart, controlPlane, { simulate: { job: "migrate", exitCode: 3 } }).then(
        () => undefined,
        (reason: { code?: string }) => reason,
      );
      mustBe("the error's code", error?.code, "SEATRIAL_HOOK");
      const elapsedMs = performance.now() - startedAt;
      if (elapsedMs > AT_ONCE_MS) throw new Error(`the hook's failure was reported after ${Math.round(elapsedMs)} ms`);
    },
  },
  {
    name: "a hook Pod that nobody owns",
    templates: { hook: hookPod("migrate", "pre-install,post-install") },
    run: async (chart, controlPlane) => {
      await using release = await install(chart, controlPlane);
      mustBe("the Pod's phase", (await release.get("Pod", "migrate")).status?.phase, "Succeeded");
    },
  },
  {
    name: "helm test with a Pod",
    templates: { web: deployment("web"), test: hookPod("check", "test") },
    run: async (chart, controlPlane) => {
      await using release = await install(chart, controlPlane);
      const { passed, hooks } = await release.test({ timeout });
      mustBe("whether the test passed", passed, true);
      mustBe("the test's phase", hooks[0]?.phase, "Succeeded");
    },
  },
];

/** Writes the chart of a case into a directory and resolves with its path. */
export async function writeContractChart({ templates }: ContractCase, directory: string): Promise<string> {
  const files = Object.entries(templates).map(([name, text]) => [`templates/${name}.yaml`, text] as const);
  for (const [file, text] of [["Chart.yaml", "apiVersion: v2\nname: contract\nversion: 0.1.0\n"] as const, ...files]) {
    await mkdir(dirname(join(directory, file)), { recursive: true });
    await writeFile(join(directory, file), text);
  }
  return directory;
}

function install(chart: string, controlPlane: ControlPlane, more: InstallOptions = {}): Promise<Release> {
  return installChart(chart, { controlPlane, wait: true, timeout, ...more });
}

function mustBe(what: string, actual: unknown, expected: unknown): void {
  if (actual !== expected) throw new Error(`${what}: expected ${String(expected)}, got ${String(actual)}`);
}

// Helm has said that it is gone; nothing is waited for.
async function mustBeGone(release: Release, apiVersion: string, kind: string, name: string): Promise<void> {
  const { kube } = release.controlPlane;
  const object = await kube.get({ apiVersion, kind, name, namespace: release.namespace });
  if (object !== undefined) throw new Error(`${kind} ${name} is still there: ${JSON.stringify(object.metadata)}`);
}

// The Job may be gone; its event is not.
async function mustHaveCompleted(release: Release, name: string): Promise<void> {
  const { kube } = release.controlPlane;
  const fieldSelector = `involvedObject.kind=Job,involvedObject.name=${name},reason=Completed`;
  await pollUntil(async () => (await kube.list("v1", "Event", { namespace: release.namespace, fieldSelector })).at(0), {
    timeoutMs: CONTRACT_TIMEOUT_MS,
    intervalMs: 25,
    waitingFor: `the event that Job ${name} has completed`,
  });
}

// What controllers made goes by garbage collection, soon after its owner.
async function noneLeft(release: Release, kind: "Job" | "Pod"): Promise<void> {
  const apiVersion = kind === "Job" ? "batch/v1" : "v1";
  const { kube } = release.controlPlane;
  const list = () => kube.list(apiVersion, kind, { namespace: release.namespace });
  await pollUntil(async () => ((await list()).length === 0 ? true : undefined), {
    timeoutMs: CONTRACT_TIMEOUT_MS,
    intervalMs: 25,
    waitingFor: `the last ${kind} to be gone`,
  });
}
