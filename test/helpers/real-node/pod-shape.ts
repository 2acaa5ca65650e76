import type { KubeObject } from "../../../src/kube/object-ref.ts";

interface ContainerStatus {
  name: string;
  ready: boolean;
  started?: boolean;
  restartCount: number;
  state?: ContainerState;
  lastState?: ContainerState;
}

type ContainerState = Partial<Record<"waiting" | "running" | "terminated", ContainerStateDetails>>;

interface ContainerStateDetails {
  reason?: string;
  message?: string;
  exitCode?: number;
  signal?: number;
}

/** A Pod's status, as far as it is read here. */
export interface PodStatus {
  phase?: string;
  reason?: string;
  message?: string;
  qosClass?: string;
  conditions?: { type: string; status: string; reason?: string; message?: string }[];
  initContainerStatuses?: ContainerStatus[];
  containerStatuses?: ContainerStatus[];
}

/** What two nodes may not say differently about a Pod: its status and the events of its kubelet, without what differs by nature. */
export function podShape(pod: KubeObject, events: readonly KubeObject[]): object {
  const plain = plainTextOf(pod);
  const { phase, reason, message, qosClass, conditions = [], ...statuses } = pod.status as PodStatus;
  return {
    phase,
    reason,
    message: plain(message),
    qosClass,
    conditions: Object.fromEntries(
      conditions.map((each) => [each.type, [each.status, each.reason, plain(each.message)].filter(Boolean).join(" ")]),
    ),
    init: containerShapes(statuses.initContainerStatuses, plain),
    containers: containerShapes(statuses.containerStatuses, plain),
    events: [
      ...new Set(
        events
          .filter((event) => isOfKubelet(event))
          .map((event) => `${event.type} ${event.reason}: ${plain(String(event.message))}`),
      ),
    ].sort(),
  };
}

// What a kubelet reports on a busy machine, and tries again: it has had no time to read a Secret or ConfigMap, or the API server
// has not yet seen in its caches that the Pod exists (the plug-in NodeRestriction, which decides about tokens) or where it was
// scheduled (that plug-in, and the authorizer of nodes).
const tooBusy =
  /failed to sync (?:secret|configmap) cache: timed out waiting for the condition$|failed to fetch token: pod "[^"]+" not found$|node requested token bound to a pod scheduled on a different node$|failed to fetch token: serviceaccounts .*: no relationship found between node '[^']+' and this object$/;

function isOfKubelet(event: KubeObject): boolean {
  const { source, reportingComponent } = event as { source?: { component?: string }; reportingComponent?: string };
  if (tooBusy.test(String(event.message))) return false;
  return source?.component === "kubelet" || reportingComponent === "kubelet";
}

type PlainText = (text: string | undefined) => string | undefined;

function containerShapes(statuses: ContainerStatus[] | undefined, plain: PlainText): object {
  const shapes = statuses?.map(({ name, ready, started, state, lastState }) => [
    name,
    { ready, started, state: stateShape(state, plain), lastState: stateShape(lastState, plain) },
  ]);
  return Object.fromEntries(shapes ?? []);
}

function stateShape(state: ContainerState | undefined, plain: PlainText): string | undefined {
  const [kind, details] = Object.entries(state ?? {})[0] ?? [];
  if (kind === undefined) return undefined;
  const { reason, message, exitCode, signal } = details ?? {};
  return [kind, reason, exitCode, signal && `signal ${signal}`, plain(message)]
    .filter((part) => part !== undefined && part !== "")
    .join(" ");
}

/** Names and numbers that two Pods of one spec never share are written alike. */
function plainTextOf(pod: KubeObject): PlainText {
  const { namespace = "", uid = "" } = pod.metadata;
  const node = (pod.spec as { nodeName?: string }).nodeName ?? "";
  return (text) =>
    text
      ?.replaceAll(uid, "UID")
      .replaceAll(namespace, "NAMESPACE")
      .replaceAll(node, "NODE")
      .replace(/kube-api-access-\w{5}/g, "kube-api-access")
      .replace(/back-off \w+ restarting/g, "back-off restarting")
      .replace(/\b[0-9a-f]{64}\b/g, "ID")
      .replace(/\b\d+(\.\d+)?(ms|s)\b/g, "TIME")
      .replace(/(?<=capacity: )\d+/, "NUMBER")
      // docs/simulated-pods.md lists these three as differences.
      .replace(/(?<=^Container image "[^"]+" )(already present on machine.*|is simulated: .*)/, "EXISTS")
      .replace(/(?<= probe failed: )simulated: .*/, "")
      .replace(/(?<=failed to pull and unpack image "[^"]+": ).*/, "CAUSE");
}
