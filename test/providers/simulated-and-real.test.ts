import { type ControlPlane, simulate } from "seatrial";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startControlPlane } from "../../src/boot/start-control-plane.ts";
import type { KubeObject } from "../../src/kube/object-ref.ts";
import { makeTempDir, type TempDir } from "../../src/process/temp-dir.ts";
import { pollUntil } from "../../src/util/poll.ts";
import { type ComparedPod, comparedPods } from "../helpers/real-node/compared-pods.ts";
import { whyNotTested } from "../helpers/real-node/find-real-node.ts";
import { type PodStatus, podShape } from "../helpers/real-node/pod-shape.ts";
import { writeBusyboxImage } from "../helpers/real-node/write-image.ts";

const places = {
  "on-simulated": { node: "node-1", spec: { nodeSelector: { "kubernetes.io/hostname": "node-1" } } },
  "on-real": {
    node: "real-node",
    spec: {
      nodeSelector: { "seatrial.dev/node": "real" },
      tolerations: [{ key: "seatrial.dev/node", operator: "Exists" }],
    },
  },
};
type Place = keyof typeof places;

interface KnownDifference {
  /** The keys that lead to it in the shape. */
  at: string[];
  simulated: string;
  real: string;
}

// A simulated program ends when it is asked to. Whether a real one does is its own affair: the first process of a container
// gets no signal that it does not handle, so `sleep` is killed. docs/simulated-pods.md says so.
const killed = (at: string[], simulated: string): KnownDifference => ({ at, simulated, real: "terminated Error 137" });
const knownDifferences: Record<string, KnownDifference[]> = {
  "not-alive": [killed(["containers", "app", "lastState"], "terminated Error 143")],
  "never-started": [killed(["containers", "app", "lastState"], "terminated Error 143")],
  "sidecar-of-a-task": [killed(["init", "sidecar", "state"], "terminated Completed 0")],
};

/** Removes a value from a shape and returns it. */
function take(shape: object, [key = "", ...rest]: string[]): unknown {
  const container = shape as Record<string, unknown>;
  if (rest.length > 0) return take(container[key] as object, rest);
  const value = container[key];
  delete container[key];
  return value;
}

describe.skipIf((await whyNotTested()) !== undefined)("the same Pod, simulated and real", () => {
  let images: TempDir;
  let plane: ControlPlane;

  beforeAll(async () => {
    images = await makeTempDir("seatrial-images-");
    const realNode = { images: [await writeBusyboxImage(images.path)] };
    plane = await startControlPlane({ realNode, simulation: { nodes: 1, timeScale: 1 } });
    for (const place of Object.keys(places)) {
      await plane.kube.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: place } } as KubeObject);
      const secret = { apiVersion: "v1", kind: "Secret", metadata: { name: "present", namespace: place } };
      await plane.kube.create(secret as KubeObject);
    }
    const target = { namespace: "on-simulated", controlPlane: plane };
    await simulate(target, { image: "registry.invalid/*", imagePullError: true });
    await Promise.all(
      comparedPods.flatMap((pod) => (["on-simulated", "on-real"] as const).map((place) => create(pod, place))),
    );
  });
  afterAll(async () => {
    await plane?.stop();
    await images.remove();
  });

  const create = ({ name, spec, metadata, isPlaced }: ComparedPod, place: Place) => {
    const where = isPlaced === true ? { nodeName: places[place].node } : places[place].spec;
    const pod = { apiVersion: "v1", kind: "Pod", metadata: { name, namespace: place, ...metadata } };
    return plane.kube.create({ ...pod, spec: { ...where, ...spec } } as KubeObject);
  };

  const eventsOf = async (pod: KubeObject): Promise<KubeObject[]> => {
    const events = await plane.kube.list("v1", "Event", { namespace: pod.metadata.namespace ?? "" });
    return events.filter(
      (event) => (event as { involvedObject?: { uid?: string } }).involvedObject?.uid === pod.metadata.uid,
    );
  };

  /** The shape of the Pod as soon as it is in the state in which it is compared. */
  const settled = ({ name, until }: ComparedPod, place: Place): Promise<object> => {
    let last: object | undefined;
    const probe = async () => {
      const pod = await plane.kube.get({ apiVersion: "v1", kind: "Pod", name, namespace: place });
      if (pod === undefined) return undefined;
      const events = await eventsOf(pod);
      last = podShape(pod, events);
      return isReached(until, pod.status as PodStatus, events) ? last : undefined;
    };
    const lastSeen = () => JSON.stringify(last);
    return pollUntil(probe, { timeoutMs: 90_000, intervalMs: 250, waitingFor: `Pod ${name} (${place})`, lastSeen });
  };

  it.each(comparedPods)("has the same status and events: $name", async (pod) => {
    const [simulated, real] = await Promise.all([settled(pod, "on-simulated"), settled(pod, "on-real")]);
    for (const { at, ...expected } of knownDifferences[pod.name] ?? []) {
      expect({ simulated: take(simulated, at), real: take(real, at) }).toEqual(expected);
    }
    expect(simulated).toEqual(real);
  });
});

function isReached(until: ComparedPod["until"], status: PodStatus, events: readonly KubeObject[]): boolean {
  const all = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
  const isReady = status.conditions?.some(({ type, status }) => type === "Ready" && status === "True");
  const hasSandbox = status.conditions?.some(
    ({ type, status }) => type === "PodReadyToStartContainers" && status === "True",
  );
  // A kubelet reports the end of a Pod before that of its sandbox.
  if (["Succeeded", "Failed"].includes(until.phase ?? "") && hasSandbox) return false;
  return (
    (until.phase === undefined || status.phase === until.phase) &&
    (until.ready === undefined || isReady === until.ready) &&
    (until.waiting === undefined || all.some(({ state }) => state?.waiting?.reason === until.waiting)) &&
    (until.restarts === undefined || all.some(({ restartCount }) => restartCount >= (until.restarts ?? 0))) &&
    (until.event === undefined || events.some((event) => (event as { reason?: string }).reason === until.event))
  );
}
