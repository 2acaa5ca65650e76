import { randomBytes } from "node:crypto";
import { TimeoutError } from "../errors/timeout-error.ts";
import { type KubeObject, toObjectRef } from "../kube/object-ref.ts";
import { ApiStatusError } from "../kube/status.ts";
import type { ControlPlane } from "../plane/control-plane.ts";
import { pollUntil } from "../util/poll.ts";

// Admission reads policies and webhook configurations from caches; those of policies are compiled anew once a second. A
// deleted policy still refuses objects until then. Admission sees all changes of a kind in their order: when it enforces a
// marker that was created later, it has seen everything before.

const GROUP_VERSION = "admissionregistration.k8s.io/v1";
const TIMEOUT_MS = 5_000;
const LABEL = "seatrial.dev/marker";

interface Marker {
  /** The kinds whose changes admission has seen when it enforces the marker. */
  kinds: readonly string[];
  make: (name: string) => KubeObject[];
}

const matched = (name: string) => ({ objectSelector: { matchLabels: { [LABEL]: name } } });
const rules = [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["configmaps"] }];
const constraints = (name: string) => ({ ...matched(name), resourceRules: rules });

function object(kind: string, name: string, rest: object): KubeObject {
  return { apiVersion: GROUP_VERSION, kind, metadata: { name }, ...rest };
}

// Nothing answers there, so that the call fails, and the failure refuses the object.
const webhook = (name: string) => ({
  name: `${name}.seatrial.dev`,
  clientConfig: { url: "https://127.0.0.1:1/" },
  rules,
  failurePolicy: "Fail",
  sideEffects: "None",
  admissionReviewVersions: ["v1"],
  timeoutSeconds: 1,
  ...matched(name),
});

const markers: readonly Marker[] = [
  {
    kinds: ["ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"],
    make: (name) => [
      object("ValidatingAdmissionPolicy", name, {
        spec: { failurePolicy: "Fail", matchConstraints: constraints(name), validations: [{ expression: "false" }] },
      }),
      object("ValidatingAdmissionPolicyBinding", name, { spec: { policyName: name, validationActions: ["Deny"] } }),
    ],
  },
  {
    kinds: ["MutatingAdmissionPolicy", "MutatingAdmissionPolicyBinding"],
    make: (name) => [
      object("MutatingAdmissionPolicy", name, {
        spec: {
          failurePolicy: "Fail",
          reinvocationPolicy: "Never",
          matchConstraints: constraints(name),
          // The parent does not exist, which refuses the object. A "test" that fails only skips the patch.
          mutations: [
            { patchType: "JSONPatch", jsonPatch: { expression: '[JSONPatch{op: "add", path: "/no/no", value: 1}]' } },
          ],
        },
      }),
      object("MutatingAdmissionPolicyBinding", name, { spec: { policyName: name } }),
    ],
  },
  {
    kinds: ["ValidatingWebhookConfiguration"],
    make: (name) => [object("ValidatingWebhookConfiguration", name, { webhooks: [webhook(name)] })],
  },
  {
    kinds: ["MutatingWebhookConfiguration"],
    make: (name) => [object("MutatingWebhookConfiguration", name, { webhooks: [webhook(name)] })],
  },
];

/**
 * Resolves when admission has seen what was created and deleted so far of the admission policies and webhook configurations
 * among the kinds of these objects: with `false` after 5 s in which something else refused the objects that would show it.
 */
export async function waitForPolicies(
  plane: ControlPlane,
  objects: readonly Pick<KubeObject, "kind">[],
  signal?: AbortSignal,
): Promise<boolean> {
  const kinds = new Set(objects.map(({ kind }) => kind));
  const needed = markers.filter((marker) => marker.kinds.some((kind) => kinds.has(kind)));
  const seen = await Promise.all(needed.map((marker) => waitForMarker(plane, marker, signal)));
  return seen.every((isSeen) => isSeen);
}

async function waitForMarker(
  { kube }: ControlPlane,
  marker: Marker,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const name = `seatrial-${randomBytes(6).toString("hex")}`;
  const objects = marker.make(name);
  const labels = { [LABEL]: name };
  // Refusals quote the name of the refused object: it must not be that of the marker.
  const metadata = { name: "seatrial-probe", namespace: "default", labels };
  const probe: KubeObject = { apiVersion: "v1", kind: "ConfigMap", metadata };
  const isRefused = async () => {
    try {
      await kube.create(probe, { dryRun: true, signal });
      return undefined;
    } catch (error) {
      if (!(error instanceof ApiStatusError)) throw error;
      // Another policy may refuse the object as well.
      return error.message.includes(name) ? true : undefined;
    }
  };
  try {
    for (const each of objects) await kube.create(each, { signal });
    const waitingFor = `admission to enforce the latest ${marker.kinds[0]}`;
    return await pollUntil(isRefused, { timeoutMs: TIMEOUT_MS, waitingFor, signal });
  } catch (error) {
    // A policy that refuses everything hides the marker's refusal. By now admission has seen what it had to see.
    if (!(error instanceof TimeoutError)) throw error;
    return false;
  } finally {
    for (const each of objects.toReversed()) await kube.delete(toObjectRef(each)).catch(() => undefined);
  }
}
