import {
  type ControlPlane,
  currentControlPlane,
  type KubeDeleteOptions,
  type KubeObject,
  type WellKnownKinds,
} from "seatrial";

const groups = {
  v1: ["ConfigMap", "Pod", "PersistentVolumeClaim", "ResourceQuota", "Service"],
  "apps/v1": ["DaemonSet", "Deployment", "ReplicaSet", "StatefulSet"],
  "autoscaling/v2": ["HorizontalPodAutoscaler"],
  "batch/v1": ["CronJob", "Job"],
  "discovery.k8s.io/v1": ["EndpointSlice"],
  "policy/v1": ["PodDisruptionBudget"],
} as const;

/** The kinds that {@link Workloads} can create. */
export type WorkloadKind = (typeof groups)[keyof typeof groups][number];

/** Long enough for controllers on a busy machine. */
export const LONG = { timeout: 30_000, interval: 25 };

/** Objects in a namespace of their own, by kind and name. */
export interface Workloads extends AsyncDisposable {
  readonly namespace: string;
  create(kind: WorkloadKind, name: string, body: object, metadata?: object): Promise<KubeObject>;
  patch(kind: WorkloadKind, name: string, patch: object): Promise<void>;
  remove(kind: WorkloadKind, name: string, options?: KubeDeleteOptions): Promise<void>;
  get<Kind extends WorkloadKind>(kind: Kind, name: string): Promise<WellKnownKinds[Kind] | undefined>;
  list<Kind extends WorkloadKind>(kind: Kind, labelSelector?: string): Promise<WellKnownKinds[Kind][]>;
}

/** Creates a namespace for the objects of a test. */
export async function workloads(plane: ControlPlane = currentControlPlane()): Promise<Workloads> {
  const { kube } = plane;
  const home = await plane.namespace();
  const namespace = home.name;
  const ref = (kind: WorkloadKind, name: string) => ({ apiVersion: versionOf(kind), kind, name, namespace });
  return {
    namespace,
    create: async (kind, name, body, metadata = {}) => {
      const object = { apiVersion: versionOf(kind), kind, metadata: { ...metadata, name, namespace }, ...body };
      return (await kube.create(object)).object;
    },
    patch: async (kind, name, patch) => {
      await kube.patch(ref(kind, name), patch);
    },
    remove: async (kind, name, options) => {
      await kube.delete(ref(kind, name), options);
    },
    get: async (kind, name) => (await kube.get(ref(kind, name))) as never,
    list: async (kind, labelSelector) =>
      (await kube.list(versionOf(kind), kind, { namespace, labelSelector })) as never,
    [Symbol.asyncDispose]: () => home.remove(),
  };
}

/** A chart's template of one object. */
export function template(kind: WorkloadKind, name: string, body: object, annotations: object = {}): string {
  const object = { apiVersion: versionOf(kind), kind, metadata: { name, annotations }, ...body };
  return `${JSON.stringify(object, undefined, 2)}\n`;
}

/** A Pod's spec; its container runs until it is removed. */
export function podSpec(more: object = {}): object {
  return { containers: [{ name: "app", image: "example.com/app:1" }], ...more };
}

/** A Job's body, or a CronJob's template; its Pods are not restarted. */
export function once(more: object = {}, pod: object = {}): { spec: object } {
  return { spec: { ...more, template: { spec: podSpec({ restartPolicy: "Never", ...pod }) } } };
}

/** The spec of a workload whose Pods have the label `app`. */
export function selecting(app: string, pod: object = podSpec(), more: object = {}): { spec: object } {
  const labels = { app };
  return { spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: pod }, ...more } };
}

function versionOf(kind: WorkloadKind): string {
  for (const [version, kinds] of Object.entries(groups)) {
    if ((kinds as readonly string[]).includes(kind)) return version;
  }
  throw new Error(`no version is known of ${kind}`);
}
