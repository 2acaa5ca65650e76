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

// 3 s.
const STEADY_LOOKS = 15;

interface KnownDifference {
  /** The keys that lead to it in the shape. */
  at: string[];
  simulated: RegExp;
  real: RegExp;
}

// A simulated program ends when it is asked to. Whether a real one does is its own affair: the first process of a container
// gets no signal that it does not handle, so `sleep` is killed. docs/simulated-pods.md says so.
const killed = (at: string[], simulated: RegExp): KnownDifference => ({
  at,
  simulated,
  real: /^terminated Error 137$/,
});
// A kubelet shows either the pause or the end before it.
const inCrashLoop = (at: string[]): KnownDifference => ({
  at,
  simulated: /^waiting CrashLoopBackOff /,
  real: /^(waiting CrashLoopBackOff |terminated (Error 1|Error 137|Completed 0)$)/,
});
const state = ["containers", "app", "state"];
const knownDifferences: Record<string, KnownDifference[]> = {
  "not-alive": [killed(["containers", "app", "lastState"], /^terminated Error 143$/), inCrashLoop(state)],
  "never-started": [killed(["containers", "app", "lastState"], /^terminated Error 143$/), inCrashLoop(state)],
  "sidecar-of-a-task": [killed(["init", "sidecar", "state"], /^terminated Completed 0$/)],
  "crash-loop": [inCrashLoop(state)],
  "fails-on-failure": [inCrashLoop(state)],
  "ends-again-and-again": [inCrashLoop(state)],
  "init-crash-loop": [inCrashLoop(["init", "init", "state"])],
};

/** Removes a value from a shape and returns it. */
function take(shape: object, [key = "", ...rest]: string[]): unknown {
  const container = shape as Record<string, unknown>;
  if (rest.length > 0) return take(container[key] as object, rest);
  const value = container[key];
  delete container[key];
  return value;
}

const refused = comparedPods.find(({ name }) => name === "unsafe-sysctl") as ComparedPod;

describe.skipIf((await whyNotTested()) !== undefined)("the same Pod, simulated and real", () => {
  let images: TempDir;
  let plane: ControlPlane;
  let shapes: Map<string, object>[] = [];

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
    shapes = await Promise.all([watchShapes("on-simulated"), watchShapes("on-real")]);
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

  /**
   * The shape of each Pod in the state in which it is compared, once it has stayed the same for some looks and all of its events are
   * written. All are watched from the beginning: a Pod in a crash loop is in this state for seconds only.
   */
  const watchShapes = async (place: Place): Promise<Map<string, object>> => {
    const settled = new Map<string, object>();
    const last = new Map<string, { text: string; looks: number; since: number }>();
    const written = followEvents(place);
    const look = async () => {
      const { until: writtenUntil } = written;
      const [pods, events] = await Promise.all(
        ["Pod", "Event"].map((kind) => plane.kube.list("v1", kind, { namespace: place })),
      );
      for (const { name, until } of comparedPods) {
        const pod = pods?.find(({ metadata }) => metadata.name === name);
        if (pod === undefined || settled.has(name)) continue;
        const own = (events ?? []).filter((event) => isAbout(event, pod));
        const shape = podShape(pod, own);
        const text = JSON.stringify(shape);
        const before = last.get(name);
        const isSame = isReached(until, pod.status as PodStatus, own) && before?.text === text;
        const looks = isSame ? before.looks + 1 : 0;
        const since = isSame ? before.since : performance.now();
        last.set(name, { text, looks, since });
        if (looks >= STEADY_LOOKS && since < writtenUntil) settled.set(name, shape);
      }
      return settled.size === comparedPods.length ? settled : undefined;
    };
    const missing = () => JSON.stringify([...last].filter(([name]) => !settled.has(name)));
    const waitingFor = `the Pods ${place}`;
    try {
      return await pollUntil(look, { timeoutMs: 180_000, intervalMs: 200, waitingFor, lastSeen: missing });
    } finally {
      await written.end();
    }
  };

  /**
   * Kubelets write events one after the other, later than the status, and much later on a busy machine. Pods that a kubelet refuses
   * at once show how far it is: when the event of one is there, so are the events of all that was reported before its creation.
   */
  const followEvents = (place: Place) => {
    const followed = { until: 0, end: async () => {} };
    let isOver = false;
    const following = (async () => {
      for (let number = 0; !isOver; number++) {
        const startedAt = performance.now();
        const { object: pod } = await create({ ...refused, name: `marker-${number}`, isPlaced: true }, place);
        const isWritten = async () => {
          const events = await plane.kube.list("v1", "Event", { namespace: place });
          return isOver || events.some((event) => isAbout(event, pod)) ? true : undefined;
        };
        await pollUntil(isWritten, { timeoutMs: 120_000, intervalMs: 200, waitingFor: `the event of ${place}` });
        followed.until = startedAt;
      }
    })();
    following.catch(() => undefined);
    followed.end = async () => {
      isOver = true;
      await following;
    };
    return followed;
  };

  it.each(comparedPods)("has the same status and events: $name", (pod) => {
    const [simulated = {}, real = {}] = shapes.map((each) => each.get(pod.name));
    for (const { at, ...expected } of knownDifferences[pod.name] ?? []) {
      expect(take(simulated, at)).toMatch(expected.simulated);
      expect(take(real, at)).toMatch(expected.real);
    }
    expect(simulated).toEqual(real);
  });
});

function isAbout(event: KubeObject, pod: KubeObject): boolean {
  return (event as { involvedObject?: { uid?: string } }).involvedObject?.uid === pod.metadata.uid;
}

function isReached(until: ComparedPod["until"], status: PodStatus, events: readonly KubeObject[]): boolean {
  const all = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
  const isReady = status.conditions?.some(({ type, status }) => type === "Ready" && status === "True");
  const hasSandbox = status.conditions?.some(
    ({ type, status }) => type === "PodReadyToStartContainers" && status === "True",
  );
  // A kubelet reports the end of a Pod before that of its sandbox.
  if (["Succeeded", "Failed"].includes(until.phase ?? "") && hasSandbox) return false;
  return (
    (until.pausing === undefined || all.every(({ state }) => state?.running === undefined)) &&
    (until.phase === undefined || status.phase === until.phase) &&
    (until.ready === undefined || isReady === until.ready) &&
    (until.waiting === undefined || all.some(({ state }) => state?.waiting?.reason === until.waiting)) &&
    (until.restarts === undefined || all.some(({ restartCount }) => restartCount >= (until.restarts ?? 0))) &&
    (until.event === undefined || events.some((event) => (event as { reason?: string }).reason === until.event))
  );
}
