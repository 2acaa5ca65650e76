import { randomBytes } from "node:crypto";
import { SeatrialError } from "../errors/seatrial-error.ts";
import { TimeoutError } from "../errors/timeout-error.ts";
import { ownerToken } from "../process/owner.ts";
import { NAMESPACE_TIMEOUT_MS } from "../util/defaults.ts";
import type { KubeClient } from "./kube-client.ts";
import { waitForNamespace } from "./namespace-ready.ts";
import { formatObjectRef, type KubeObject, type ObjectRef } from "./object-ref.ts";
import { findObjectsWithFinalizers, type ObjectWithFinalizers } from "./objects-with-finalizers.ts";
import { type PodSecurityLevel, podSecurityLabels } from "./pod-security-level.ts";
import { findPodsOnUnreadyNodes, type PodOnUnreadyNode } from "./pods-on-unready-nodes.ts";
import { waitForAbsence } from "./wait.ts";

/** A label of every namespace that seatrial creates; its value is the `ownerToken` of the process. */
export const OWNER_LABEL = "seatrial.dev/owner";
/** The labels that mark what this process owns. */
export const ownerLabels: Readonly<Record<string, string>> = { [OWNER_LABEL]: ownerToken };

/** What a new namespace enforces. */
export interface NewNamespace {
  /** The Pod Security level below which Pods are refused; workloads with such Pods get a warning. @default none */
  podSecurity?: PodSecurityLevel | undefined;
  /** Added to seatrial's own labels, such as `istio-injection: enabled`. @default none */
  labels?: Readonly<Record<string, string>> | undefined;
}

export interface NamespaceOptions extends NewNamespace {
  /** How the unique name begins. @default "test" */
  prefix?: string | undefined;
  /** The whole name instead of a unique one. */
  name?: string | undefined;
  /** How long its removal may take, in milliseconds. @default 15000 */
  timeoutMs?: number | undefined;
  signal?: AbortSignal | undefined;
}

/** A namespace for one test. */
export interface TestNamespace extends AsyncDisposable {
  readonly name: string;
  /** Removes the namespace with everything in it and resolves when it is gone. Safe to call repeatedly and concurrently. */
  remove(): Promise<void>;
}

/**
 * Creates a namespace and waits for what each Pod needs in it: its default ServiceAccount and `kube-root-ca.crt`. Without
 * controllers nobody creates them.
 */
export async function createNamespace(
  kube: KubeClient,
  options: NamespaceOptions & { hasController?: boolean } = {},
): Promise<TestNamespace> {
  const name = options.name ?? uniqueName(options.prefix ?? "test");
  const { signal, timeoutMs = NAMESPACE_TIMEOUT_MS } = options;
  const labels = { ...podSecurityLabels(options.podSecurity), ...options.labels, ...ownerLabels };
  await kube.create({ apiVersion: "v1", kind: "Namespace", metadata: { name, labels } }, { signal });
  let removal: Promise<void> | undefined;
  const remove = () => {
    removal ??= removeNamespace(kube, name, { timeoutMs });
    return removal;
  };
  if (options.hasController === false) return { name, remove, [Symbol.asyncDispose]: remove };
  try {
    await waitForNamespace(kube, name, { timeoutMs: NAMESPACE_TIMEOUT_MS, signal });
  } catch (error) {
    await remove().catch(() => undefined);
    throw error;
  }
  return { name, remove, [Symbol.asyncDispose]: remove };
}

/**
 * A unique name such as `web-3fz8k2`, at most 18 characters. Charts put the namespace's name into names that they truncate to
 * 63 characters, where a long one would make two names equal.
 */
export function uniqueName(prefix: string): string {
  const clean = prefix
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, "-")
    .replace(/^-+/, "")
    .slice(0, 11)
    .replace(/-+$/, "");
  const random = [...randomBytes(6)].map((byte) => "bcdfghjklmnpqrstvwxz0123456789"[byte % 30]).join("");
  return `${clean === "" ? "test" : clean}-${random}`;
}

/**
 * Deletes a namespace and resolves when it is gone, or when it did not exist. Rejects with `SEATRIAL_NAMESPACE_STUCK`, which
 * names the objects and finalizers that prevent the deletion.
 */
export async function removeNamespace(
  kube: KubeClient,
  name: string,
  options: { timeoutMs?: number | undefined; signal?: AbortSignal | undefined } = {},
): Promise<void> {
  const { timeoutMs = NAMESPACE_TIMEOUT_MS, signal } = options;
  const ref: ObjectRef = { apiVersion: "v1", kind: "Namespace", name };
  if (!(await kube.delete(ref, { signal }))) return;
  try {
    await waitForAbsence(kube, ref, { timeoutMs, signal });
  } catch (error) {
    if (!(error instanceof TimeoutError)) throw error;
    const namespace = await kube.get(ref);
    if (namespace === undefined) return;
    const [objects, pods] = await Promise.all([
      findObjectsWithFinalizers(kube, name),
      findPodsOnUnreadyNodes(kube, name),
    ]);
    throw stuckError(namespace, objects, pods, error);
  }
}

function stuckError(
  namespace: KubeObject,
  objects: ObjectWithFinalizers[],
  pods: PodOnUnreadyNode[],
  cause: TimeoutError,
): SeatrialError {
  const { name = "" } = namespace.metadata;
  const status = namespace.status as { conditions?: { type: string; status: string; message?: string }[] } | undefined;
  const conditions = (status?.conditions ?? []).filter((condition) => condition.status === "True");
  const facts = objects.map(
    (ref) => `  ${formatObjectRef(ref)} waits for its finalizers: ${ref.finalizers.join(", ")}`,
  );
  facts.push(...pods.map(({ ref, problem }) => `  ${formatObjectRef(ref)} is still on its node: ${problem}`));
  facts.push(...conditions.map((condition) => `  ${condition.type}: ${condition.message ?? ""}`));
  const finalizers = (namespace.spec as { finalizers?: string[] } | undefined)?.finalizers ?? [];
  if (facts.length === 0) facts.push(`  its finalizers: ${finalizers.join(", ") || "none"}`);
  return new SeatrialError(
    "SEATRIAL_NAMESPACE_STUCK",
    `Namespace ${name} still exists ${cause.waitedMs} ms after its deletion was requested\n${facts.join("\n")}`,
    {
      hint:
        objects.length === 0 && pods.length > 0
          ? "end the `simulateNode` that marks the node as lost, or delete the Pods with a grace period of 0"
          : "remove the finalizers from these objects, or let the controller that owns them run",
      details: {
        namespace: name,
        objects: objects.map((ref) => ({ ...ref })),
        conditions: conditions.map(({ type, message }) => ({ type, message: message ?? "" })),
      },
      cause,
    },
  );
}
