import { randomBytes } from "node:crypto";
import { SeatrialError } from "../errors/seatrial-error.ts";
import { TimeoutError } from "../errors/timeout-error.ts";
import { NAMESPACE_TIMEOUT_MS } from "../util/defaults.ts";
import { findHeldObjects, type HeldObject } from "./held-objects.ts";
import type { KubeClient } from "./kube-client.ts";
import { findLeftPods, type LeftPod } from "./left-pods.ts";
import { formatObjectRef, type KubeObject, type ObjectRef } from "./object-ref.ts";
import { waitForAbsence, waitForObject } from "./wait.ts";

/** On every namespace that seatrial makes; its value tells which process made it. */
export const OWNER_LABEL = "seatrial.dev/owner";
/** The value of {@link OWNER_LABEL} in this process. */
export const ownerToken = `${process.pid}-${randomBytes(4).toString("hex")}`;

/** Whether the process that {@link OWNER_LABEL} names has ended. */
export function isOwnerGone(token: string): boolean {
  try {
    // The token begins with the process id.
    process.kill(Number.parseInt(token, 10), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}

export interface NamespaceOptions {
  /** What the unique name begins with. @default "test" */
  prefix?: string | undefined;
  /** The whole name instead of a unique one. */
  name?: string | undefined;
  /** Added to seatrial's own, such as `pod-security.kubernetes.io/enforce: restricted`. */
  labels?: Readonly<Record<string, string>> | undefined;
  /** How long its removal may take, in milliseconds. @default 15000 */
  timeoutMs?: number | undefined;
  signal?: AbortSignal | undefined;
}

/** A namespace of one test. */
export interface TestNamespace extends AsyncDisposable {
  readonly name: string;
  /** Removes it with all that is in it, and resolves when it is gone. Safe to call twice, also at once. */
  remove(): Promise<void>;
}

/** Makes a namespace and waits for its default ServiceAccount, without which no Pod is admitted. */
export async function createNamespace(kube: KubeClient, options: NamespaceOptions = {}): Promise<TestNamespace> {
  const name = options.name ?? uniqueName(options.prefix ?? "test");
  const { signal, timeoutMs = NAMESPACE_TIMEOUT_MS } = options;
  const labels = { ...options.labels, [OWNER_LABEL]: ownerToken };
  await kube.create({ apiVersion: "v1", kind: "Namespace", metadata: { name, labels } }, { signal });
  const account = { apiVersion: "v1", kind: "ServiceAccount", namespace: name, name: "default" };
  const waitingFor = `the default ServiceAccount of namespace ${name}`;
  await waitForObject(kube, account, () => true, { timeoutMs, signal, waitingFor });
  let removal: Promise<void> | undefined;
  const remove = () => {
    removal ??= removeNamespace(kube, name, { timeoutMs });
    return removal;
  };
  return { name, remove, [Symbol.asyncDispose]: remove };
}

/**
 * A name that no other has: `web-3fz8k2`, at most 18 characters, as those of people are. Charts write it into names that
 * they cut to 63 characters, where a long one makes two the same.
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
 * Deletes a namespace and resolves when it is gone; also when there is none. Rejects with `SEATRIAL_NAMESPACE_STUCK`,
 * which names the objects and finalizers that hold it.
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
    const [held, left] = await Promise.all([findHeldObjects(kube, name), findLeftPods(kube, name)]);
    throw stuckError(namespace, held, left, error);
  }
}

function stuckError(namespace: KubeObject, held: HeldObject[], left: LeftPod[], cause: TimeoutError): SeatrialError {
  const { name = "" } = namespace.metadata;
  const status = namespace.status as { conditions?: { type: string; status: string; message?: string }[] } | undefined;
  const conditions = (status?.conditions ?? []).filter((condition) => condition.status === "True");
  const facts = held.map((ref) => `  ${formatObjectRef(ref)} waits for its finalizers: ${ref.finalizers.join(", ")}`);
  facts.push(...left.map(({ ref, problem }) => `  ${formatObjectRef(ref)} is still on its node: ${problem}`));
  facts.push(...conditions.map((condition) => `  ${condition.type}: ${condition.message ?? ""}`));
  const finalizers = (namespace.spec as { finalizers?: string[] } | undefined)?.finalizers ?? [];
  if (facts.length === 0) facts.push(`  its finalizers: ${finalizers.join(", ") || "none"}`);
  return new SeatrialError(
    "SEATRIAL_NAMESPACE_STUCK",
    `Namespace ${name} is still there ${cause.waitedMs} ms after its deletion was asked for\n${facts.join("\n")}`,
    {
      hint:
        held.length === 0 && left.length > 0
          ? "end the simulateNode that has the node lost, or delete the Pods with a grace period of 0"
          : "remove the finalizers from these objects, or let the controller that owns them run",
      details: {
        namespace: name,
        held: held.map((ref) => ({ ...ref })),
        conditions: conditions.map(({ type, message }) => ({ type, message: message ?? "" })),
      },
      cause,
    },
  );
}
