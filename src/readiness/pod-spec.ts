import type { KubeObject } from "../kube/object-ref.ts";
import { parseQuantity } from "../kube/quantity.ts";

type Quantities = Record<string, string>;

export interface SelectorRequirement {
  key: string;
  operator: string;
  values?: string[];
}

interface LabelSelector {
  matchLabels?: Record<string, string>;
  matchExpressions?: SelectorRequirement[];
}

interface Container {
  restartPolicy?: string;
  resources?: { requests?: Quantities };
  ports?: { hostPort?: number; protocol?: string }[];
}

/** The fields of a Pod's spec that decide where it can run. */
export interface PodSpec {
  nodeName?: string;
  nodeSelector?: Record<string, string>;
  schedulerName?: string;
  containers?: Container[];
  initContainers?: Container[];
  volumes?: { persistentVolumeClaim?: { claimName: string } }[];
  overhead?: Quantities;
  affinity?: {
    nodeAffinity?: {
      requiredDuringSchedulingIgnoredDuringExecution?: {
        nodeSelectorTerms?: { matchExpressions?: SelectorRequirement[] }[];
      };
    };
    podAntiAffinity?: {
      requiredDuringSchedulingIgnoredDuringExecution?: { labelSelector?: LabelSelector; topologyKey: string }[];
    };
  };
}

export function podSpecOf(pod: KubeObject): PodSpec {
  return (pod.spec ?? {}) as PodSpec;
}

/** How much of a resource a Pod requests, as the scheduler adds it up. */
export function requestOf(pod: KubeObject, resource: string): number {
  const { containers = [], initContainers = [], overhead = {} } = podSpecOf(pod);
  const of = ({ resources }: Container) => parseQuantity(resources?.requests?.[resource] ?? 0);
  const isSidecar = ({ restartPolicy }: Container) => restartPolicy === "Always";
  const running = [...containers, ...initContainers.filter(isSidecar)].reduce((sum, item) => sum + of(item), 0);
  const first = initContainers.filter((container) => !isSidecar(container)).map(of);
  return Math.max(running, ...first) + parseQuantity(overhead[resource] ?? 0);
}

/** The ports of the node that a Pod uses, such as `TCP/80`. */
export function hostPortsOf(pod: KubeObject): string[] {
  const { containers = [], initContainers = [] } = podSpecOf(pod);
  return [...containers, ...initContainers].flatMap(({ ports = [] }) =>
    ports.flatMap(({ hostPort = 0, protocol = "TCP" }) => (hostPort === 0 ? [] : [`${protocol}/${hostPort}`])),
  );
}

/** Whether a label selector selects these labels; without a selector it selects nothing. */
export function selects(selector: LabelSelector | undefined, labels: Record<string, string> = {}): boolean {
  if (selector === undefined) return false;
  const { matchLabels = {}, matchExpressions = [] } = selector;
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      const value = labels[key];
      if (operator === "Exists") return value !== undefined;
      if (operator === "DoesNotExist") return value === undefined;
      const isAmong = value !== undefined && values.includes(value);
      return operator === "In" ? isAmong : !isAmong;
    })
  );
}

/** The names of the PersistentVolumeClaims that a Pod mounts. */
export function claimsOf(pod: KubeObject): string[] {
  return (podSpecOf(pod).volumes ?? []).flatMap((volume) => volume.persistentVolumeClaim?.claimName ?? []);
}
