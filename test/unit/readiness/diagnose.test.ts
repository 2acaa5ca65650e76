import { describe, expect, it } from "vitest";
import type { KubeNode } from "../../../src/kube/node.ts";
import type { KubeObject } from "../../../src/kube/object-ref.ts";
import { diagnose, lacksReference } from "../../../src/readiness/diagnose.ts";
import { podProblems } from "../../../src/readiness/pod-problems.ts";
import type { ObjectEvent, Snapshot } from "../../../src/readiness/snapshot.ts";

const namespace = "demo";

function object(kind: string, name: string, more: Partial<KubeObject> = {}, owner?: KubeObject): KubeObject {
  const apiVersion = { Pod: "v1", Job: "batch/v1", PersistentVolumeClaim: "v1" }[kind] ?? "apps/v1";
  const { apiVersion: of = "", kind: ownerKind = "", metadata } = owner ?? {};
  const ownerReferences = [
    { apiVersion: of, kind: ownerKind, name: metadata?.name ?? "", uid: metadata?.uid ?? "", controller: true },
  ];
  const own = owner === undefined ? {} : { ownerReferences };
  return { apiVersion, kind, metadata: { name, namespace, uid: `uid-${name}`, ...own }, ...more };
}

function pod(name: string, status: object, owner?: KubeObject): KubeObject {
  return object("Pod", name, { status }, owner);
}

function warning(about: KubeObject, reason: string, message: string, more: Partial<ObjectEvent> = {}): ObjectEvent {
  return {
    type: "Warning",
    reason,
    message,
    count: 1,
    lastSeen: "",
    uid: about.metadata.uid ?? "",
    fieldPath: "",
    ...more,
  };
}

function snapshot(root: KubeObject, made: KubeObject[], events: ObjectEvent[] = []): Snapshot {
  const { apiVersion, kind, metadata } = root;
  return {
    roots: [{ ref: { apiVersion, kind, namespace, name: metadata.name ?? "" }, object: root }],
    made,
    events,
    nodes: [],
  };
}

const back = "back-off 10s restarting failed container=app";
const crashing = {
  phase: "Running",
  containerStatuses: [
    {
      name: "app",
      ready: false,
      restartCount: 2,
      state: { waiting: { reason: "CrashLoopBackOff", message: back } },
      lastState: { terminated: { exitCode: 1, reason: "Error" } },
    },
  ],
};

describe("podProblems", () => {
  it.each([
    {
      title: "crash loop",
      status: crashing,
      problem: {
        reason: "CrashLoopBackOff",
        message: `container app: CrashLoopBackOff: ${back}, exited with 1, restarted 2 times`,
        key: "container app: ended: exited with 1",
      },
    },
    {
      title: "init container that fails",
      status: {
        phase: "Pending",
        initContainerStatuses: [
          { name: "setup", state: { terminated: { exitCode: 137, reason: "OOMKilled", message: "killed\n" } } },
        ],
        containerStatuses: [{ name: "app", state: { waiting: { reason: "PodInitializing" } } }],
      },
      problem: {
        reason: "OOMKilled",
        message: "container setup exited with 137 (OOMKilled): killed",
        key: "container setup: ended: exited with 137 (OOMKilled): killed",
      },
    },
    {
      title: "eviction",
      status: { phase: "Failed", reason: "Evicted", message: "The node was low on resource: memory." },
      problem: { reason: "Evicted", message: "The node was low on resource: memory." },
    },
    {
      title: "container that is not ready",
      status: { phase: "Running", containerStatuses: [{ name: "app", ready: false, state: { running: {} } }] },
      problem: { reason: "NotReady", message: "container app runs and is not ready" },
    },
  ])("reports a $title", ({ status, problem }) => {
    expect(podProblems(pod("a", status), [])).toEqual([{ ...problem, isTerminal: false }]);
  });

  it.each([
    { policy: "Always", isTerminal: false },
    { policy: "OnFailure", isTerminal: false },
    { policy: "Never", isTerminal: true },
  ])("takes an ended container for the last state only without a restart: $policy", ({ policy, isTerminal }) => {
    const end = { terminated: { exitCode: 3, reason: "Error" } };
    const ended = pod("a", {
      phase: "Running",
      containerStatuses: [{ name: "app", containerID: "simulated://1", state: end }],
    });
    const problems = podProblems({ ...ended, spec: { restartPolicy: policy, containers: [{ name: "app" }] } }, []);
    expect(problems).toMatchObject([{ reason: "Error", isTerminal }]);
  });

  it("takes the last event where the containers say nothing", () => {
    const waiting = pod("a", {
      phase: "Pending",
      containerStatuses: [{ name: "app", state: { waiting: { reason: "ContainerCreating" } } }],
    });
    const events = [warning(waiting, "FailedMount", 'secret "x" not found'), warning(waiting, "FailedMount", "later")];
    expect(podProblems(waiting, events)).toEqual([{ reason: "FailedMount", message: "later", isTerminal: false }]);
  });

  it("names the signer for whose certificate a Pod waits, which only a spec can be", () => {
    const waiting = pod("a", { phase: "Pending" });
    const unsigned = warning(waiting, "FailedMount", "not issued yet", { awaitedSigner: "example.com/spiffe" });
    const denied = warning(waiting, "FailedMount", "permanently denied", { isPermanent: true });
    const hint = expect.stringContaining("no signer example.com/spiffe runs here");
    expect(podProblems(waiting, [unsigned])).toMatchObject([
      { message: "not issued yet", isTerminal: false, needsOthers: true, isOfCluster: true, hint },
    ]);
    expect(podProblems(waiting, [unsigned, denied])).toEqual([
      { reason: "FailedMount", message: "permanently denied", isTerminal: true },
    ]);
  });

  it("does not take an event about a container that its status does not show yet", () => {
    const status = { phase: "Pending", containerStatuses: [{ name: "app", state: {} }] };
    const fieldPath = "spec.containers{app}";
    const early = warning(pod("a", status), "Unhealthy", "Readiness probe failed", { fieldPath, isPermanent: true });
    expect(podProblems(pod("a", status), [early])).toEqual([]);
  });

  it("adds what the probe said", () => {
    const running = pod("a", { phase: "Running", containerStatuses: [{ name: "app", state: { running: {} } }] });
    const fieldPath = "spec.containers{app}";
    const event = warning(running, "Unhealthy", "Readiness probe failed: 503", { fieldPath });
    const message = "container app runs and is not ready: Readiness probe failed: 503";
    expect(podProblems(running, [event])).toEqual([{ reason: "NotReady", message, isTerminal: false }]);
    expect(podProblems(running, [{ ...event, isPermanent: true }])).toMatchObject([{ message, isTerminal: true }]);
    const ofOther = { ...event, fieldPath: "spec.containers{proxy}" };
    expect(podProblems(running, [ofOther])).toMatchObject([{ message: "container app runs and is not ready" }]);
  });

  it("leaves the Pod's own name out, which differs between replicas", () => {
    const message = 'container\'s runAsUser breaks non-root policy (pod: "a_default(123)", container: app)';
    const waiting = { reason: "CreateContainerConfigError", message };
    const refused = pod("a", { phase: "Pending", containerStatuses: [{ name: "app", state: { waiting } }] });
    const more = { fieldPath: "spec.containers{app}", isPermanent: true };
    const problems = podProblems(refused, [warning(refused, "Failed", `Error: ${message}`, more)]);
    expect(problems).toMatchObject([
      {
        message:
          "container app: CreateContainerConfigError: container's runAsUser breaks non-root policy (container: app)",
        isTerminal: true,
      },
    ]);
  });

  it("says whether a rejection is final", () => {
    const status = { phase: "Failed", reason: "NodePorts", message: "Pod was rejected: no free ports" };
    const rejected = pod("a", status);
    const event = warning(rejected, "NodePorts", "no free ports");
    expect(podProblems(rejected, [event])).toMatchObject([{ reason: "NodePorts", isTerminal: false }]);
    expect(podProblems(rejected, [{ ...event, isPermanent: true }])).toMatchObject([{ isTerminal: true }]);
  });

  it("names readiness gates that nobody has set", () => {
    const gated = object("Pod", "a", {
      spec: { readinessGates: [{ conditionType: "example.com/open" }, { conditionType: "example.com/shut" }] },
      status: {
        phase: "Running",
        conditions: [{ type: "example.com/open", status: "True" }],
        containerStatuses: [{ name: "app", ready: true, state: { running: {} } }],
      },
    });
    expect(podProblems(gated, [])).toMatchObject([
      { reason: "ReadinessGatesNotReady", message: "nobody has set its readiness gates example.com/shut" },
    ]);
  });

  it("finds nothing wrong with a Pod that is ready, has succeeded or was just made", () => {
    const ready = { phase: "Running", containerStatuses: [{ name: "app", ready: true, state: { running: {} } }] };
    for (const status of [ready, { phase: "Succeeded" }, {}]) expect(podProblems(pod("a", status), [])).toEqual([]);
  });

  it("gives up only for an invalid image name", () => {
    const waiting = (reason: string) =>
      pod("a", { phase: "Pending", containerStatuses: [{ name: "app", state: { waiting: { reason } } }] });
    expect(podProblems(waiting("InvalidImageName"), [])).toMatchObject([{ isTerminal: true }]);
    expect(podProblems(waiting("ImagePullBackOff"), [])).toMatchObject([{ isTerminal: false }]);
  });
});

describe("diagnose", () => {
  const deployment = object("Deployment", "web", {
    spec: { replicas: 2 },
    status: { replicas: 2, updatedReplicas: 2 },
  });
  const replicaSet = object("ReplicaSet", "web-1", { spec: { replicas: 2 }, status: { replicas: 2 } }, deployment);

  it("puts equal problems of several Pods together and names the owners", () => {
    const pods = [pod("web-1-a", crashing, replicaSet), pod("web-1-b", crashing, replicaSet)];
    const [found] = diagnose(snapshot(deployment, [replicaSet, ...pods]));
    expect(found).toMatchObject({
      ref: { kind: "Deployment", name: "web" },
      status: { message: "0 of 2 replicas are available" },
      causes: [{ kind: "Pod", count: 2, reason: "CrashLoopBackOff" }],
      isTerminal: false,
    });
    expect(found?.notes).toEqual([
      "Deployment web > ReplicaSet web-1: 0 of 2 replicas are created",
      "Deployment web > ReplicaSet web-1 > Pod web-1-a: it runs and is not ready",
      "Deployment web > ReplicaSet web-1 > Pod web-1-b: it runs and is not ready",
    ]);
  });

  it("puts one crash loop together though its Pods have restarted a different number of times", () => {
    const [container] = crashing.containerStatuses;
    const waiting = { reason: "CrashLoopBackOff", message: "back-off 20s restarting failed container=app" };
    const later = { ...crashing, containerStatuses: [{ ...container, restartCount: 3, state: { waiting } }] };
    const pods = [pod("web-1-a", crashing, replicaSet), pod("web-1-b", later, replicaSet)];
    const [found] = diagnose(snapshot(deployment, [replicaSet, ...pods]));
    expect(found?.causes).toMatchObject([{ count: 2, message: expect.stringContaining("restarted 2 times") }]);
  });

  it("puts a crash loop together with a Pod whose container has just ended, in the words of the loop", () => {
    const [container] = crashing.containerStatuses;
    const state = { terminated: { exitCode: 1, reason: "Error" } };
    const ended = { ...crashing, containerStatuses: [{ ...container, containerID: "simulated://1", state }] };
    const looping = { ...crashing, containerStatuses: [{ ...container, containerID: "simulated://2" }] };
    const pods = [pod("web-1-a", ended, replicaSet), pod("web-1-b", looping, replicaSet)];
    const [found] = diagnose(snapshot(deployment, [replicaSet, ...pods]));
    expect(found?.causes).toMatchObject([{ count: 2, reason: "CrashLoopBackOff", isTerminal: true }]);
  });

  it("puts the two reasons of one failed pull together", () => {
    const pulling = (reason: string) => ({
      phase: "Pending",
      containerStatuses: [{ name: "app", image: "example.com/app:1", state: { waiting: { reason, message: reason } } }],
    });
    const pods = ["ErrImagePull", "ImagePullBackOff"].map((reason) => pod(reason, pulling(reason), replicaSet));
    const [found] = diagnose(snapshot(deployment, [replicaSet, ...pods]));
    expect(found?.causes).toMatchObject([{ count: 2, reason: "ErrImagePull" }]);
  });

  it.each([
    { title: "a volume", reason: "FailedMount", fieldPath: "", waiting: { reason: "ContainerCreating" } },
    {
      title: "a container",
      reason: "Failed",
      fieldPath: "spec.containers{app}",
      waiting: { reason: "CreateContainerConfigError", message: "as the kubelet says it" },
    },
  ])("lacks a reference when an event about $title of every Pod reports it", ({ reason, fieldPath, waiting }) => {
    const status = { phase: "Pending", containerStatuses: [{ name: "app", state: { waiting } }] };
    const made = pod("web-1-a", status, replicaSet);
    const event = warning(made, reason, "as the kubelet says it", { fieldPath });
    const missingReference = { kind: "ConfigMap", name: "settings", key: "color" };
    const lacks = (...events: ObjectEvent[]) =>
      diagnose(snapshot(deployment, [replicaSet, made], events)).map(lacksReference);
    expect(lacks({ ...event, missingReference })).toEqual([true]);
    expect(lacks(event)).toEqual([false]);
    expect(lacks({ ...event, missingReference }, event)).toEqual([false]);
  });

  it("shows the last events of the object and of what was made for it, oldest first", () => {
    const made = pod("web-1-a", {}, replicaSet);
    const events = [1, 2, 3, 4, 5].map((second) =>
      warning(made, "BackOff", `${second}`, { count: second, lastSeen: `2026-01-01T00:00:0${second}Z` }),
    );
    const [found] = diagnose(snapshot(deployment, [replicaSet, made], events));
    expect(found?.notes.slice(-4)).toEqual([
      "event of Pod web-1-a: BackOff: 2 (2 times)",
      "event of Pod web-1-a: BackOff: 3 (3 times)",
      "event of Pod web-1-a: BackOff: 4 (4 times)",
      "event of Pod web-1-a: BackOff: 5 (5 times)",
    ]);
  });

  it("reads the refusals of controllers that have no condition for it, until one is not refused", () => {
    const set = object("StatefulSet", "db", { spec: { replicas: 1 }, status: {} });
    const refused = warning(set, "FailedCreate", "create Pod db-0 failed: exceeded quota", {
      lastSeen: "2026-01-01T00:00:01Z",
    });
    const created = { ...refused, type: "Normal", reason: "SuccessfulCreate", lastSeen: "2026-01-01T00:00:02Z" };
    expect(diagnose(snapshot(set, [], [refused]))).toMatchObject([{ isTerminal: true }]);
    expect(diagnose(snapshot(set, [], [refused, created]))).toMatchObject([{ causes: [], isTerminal: false }]);
  });

  it("waits on after the first failed Pod of a Job, and not after its last", () => {
    const job = object("Job", "migrate", { spec: {}, status: { startTime: "2026-01-01T00:00:00Z" } });
    const failed = pod(
      "migrate-a",
      { phase: "Failed", containerStatuses: [{ name: "app", state: { terminated: { exitCode: 3 } } }] },
      job,
    );
    const [first] = diagnose(snapshot(job, [failed]), () => ({ mustComplete: true }));
    expect(first).toMatchObject({ isTerminal: false, causes: [{ message: "container app exited with 3" }] });
    const ended = {
      ...job,
      status: { conditions: [{ type: "Failed", status: "True", reason: "BackoffLimitExceeded", message: "enough" }] },
    };
    expect(diagnose(snapshot(ended, [failed]), () => ({ mustComplete: true }))).toMatchObject([{ isTerminal: true }]);
  });

  it("names the node of a Pod whose kubelet is silent, and says nothing else of that Pod", () => {
    const web = object("Deployment", "web", { spec: { replicas: 2 }, status: { replicas: 2, updatedReplicas: 2 } });
    const spec = { nodeName: "node-2" };
    const pods = [
      { ...pod("web-a", crashing, web), spec },
      { ...pod("web-b", crashing, web), spec: { nodeName: "node-1" } },
    ];
    const node = (name: string, status: string, message: string): KubeNode => ({
      apiVersion: "v1",
      kind: "Node",
      metadata: { name },
      status: { conditions: [{ type: "Ready", status, message }] },
    });
    const nodes = [node("node-1", "True", "fine"), node("node-2", "Unknown", "Kubelet stopped posting node status.")];
    const message = "Node node-2 is not ready: Kubelet stopped posting node status.";
    const [found] = diagnose({ ...snapshot(web, pods), nodes });
    expect(found?.causes.map((cause) => cause.message)).toEqual([message, expect.stringContaining("CrashLoopBackOff")]);
    expect(found?.causes[0]).toMatchObject({ reason: "NodeNotReady", kind: "Pod", count: 1, isTerminal: false });
  });

  it("reports an object that does not exist, and no object that is ready", () => {
    const ref = { apiVersion: "v1", kind: "ConfigMap", namespace, name: "gone" };
    expect(diagnose({ roots: [{ ref, object: undefined }], made: [], events: [], nodes: [] })).toMatchObject([
      { ref, status: { status: "NotFound" } },
    ]);
    const ready = object("Deployment", "web", {
      spec: { replicas: 0 },
      status: { conditions: [{ type: "Available", status: "True" }] },
    });
    expect(diagnose(snapshot(ready, []))).toEqual([]);
  });
});

describe("what the scheduler says of a preemption that it could not try", () => {
  const message = "0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims";
  const condition = {
    type: "PodScheduled",
    status: "False",
    reason: "Unschedulable",
    message: `${message}. not found`,
  };
  const web = pod("web", { phase: "Pending", conditions: [condition] });

  it("is left out of the cause", () => {
    const [found] = diagnose(snapshot(web, []));
    expect(found?.causes).toMatchObject([{ message: `it is not scheduled: ${message}` }]);
  });

  it("is left out of the events", () => {
    const [found] = diagnose(snapshot(web, [], [warning(web, "FailedScheduling", `${message}. not found`)]));
    expect(found?.notes.join()).toMatch(/PersistentVolumeClaims$/);
  });
});
