import type { JsonObject, JsonValue } from "../errors/seatrial-error.ts";
import type { KubeObject } from "../kube/object-ref.ts";
import { isAllocatable } from "../trial/live/allocated-fields.ts";
import { ownersOf } from "../trial/live/field-owners.ts";
import type { PathSegment } from "../util/field-changes.ts";
import { isMapping } from "../util/is-mapping.ts";
import { maskSecrets } from "../util/text/mask-secrets.ts";

/** What {@link stableObject} keeps. */
export interface StableObjectOptions {
  /** Keeps `status`, without times and addresses. A status changes while controllers work. @default false */
  status?: boolean | undefined;
}

// Keys of metadata that the API server writes; the uid and names of owners are different in each run.
const serverMetadata = new Set([
  ...["uid", "resourceVersion", "generation", "managedFields", "selfLink"],
  ...["creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds"],
]);
// Keys of a status that are different in each run.
const volatileStatus =
  /(?:Time|Timestamp)$|^(?:startedAt|finishedAt|observedGeneration|(?:pod|host)IPs?|ip|containerID|imageID|nodeName)$/;
const droppedAnnotations = new Set([
  "kubectl.kubernetes.io/last-applied-configuration",
  "volume.kubernetes.io/selected-node",
]);
const hashLabels = ["pod-template-hash", "controller-revision-hash", "rollouts-pod-template-hash"];
const uidLabels = ["controller-uid", "batch.kubernetes.io/controller-uid"];
const tokenVolume = /\bkube-api-access-[a-z0-9]{5}\b/g;

/**
 * A copy of an object as the API server has it, without what is different in each run: `uid`, `resourceVersion`, `generation`,
 * `managedFields`, times, the status, and addresses, ports, nodes and volumes that were allocated. What somebody has set stays.
 * Generated names and hashes read `(generated)`, `(hash)` and `(uid)`; the data of Secrets reads `*** (12 characters)`.
 */
export function stableObject(object: object, options: StableObjectOptions = {}): JsonObject {
  const json = JSON.parse(JSON.stringify(object)) as JsonObject;
  if (Array.isArray(json.items) && String(json.kind).endsWith("List")) {
    const { metadata: _metadata, ...list } = json;
    return { ...list, items: json.items.map((item) => stableObject(item as JsonObject, options)) };
  }
  const kube = { ...json, metadata: isMapping(json.metadata) ? json.metadata : {} } as unknown as KubeObject;
  const { status, ...rest } = json;
  const kept = maskSecrets(copy(rest, [], kube) as JsonObject);
  const all = status === undefined || options.status !== true ? kept : { ...kept, status: copyStatus(status) };
  return replaceTokens(all, tokensOf(kube)) as JsonObject;
}

function copy(value: JsonValue | undefined, path: readonly PathSegment[], object: KubeObject): JsonValue {
  if (Array.isArray(value)) return value.map((item, index) => copy(item, [...path, index], object));
  if (!isMapping(value)) return value ?? null;
  const entries = Object.entries(value as JsonObject).filter(([key]) => !isVolatile([...path, key], object));
  return Object.fromEntries(entries.map(([key, item]) => [key, copy(item, [...path, key], object)]));
}

function isVolatile(path: readonly PathSegment[], object: KubeObject): boolean {
  const [parent, key = ""] = path.slice(-2).map(String);
  // A template has an empty time of creation.
  if (parent === "metadata" && key === "creationTimestamp") return true;
  if (path.length === 2 && parent === "metadata") return serverMetadata.has(key);
  if (path[0] === "metadata" && path[1] === "ownerReferences") return key === "uid";
  if (parent === "annotations") return droppedAnnotations.has(key);
  if (!isAllocatable(object.kind, path)) return false;
  return !isSet(path, object);
}

// Without managedFields, only what is never allocated was certainly set.
function isSet(path: readonly PathSegment[], object: KubeObject): boolean {
  const value = path.reduce<unknown>(
    (inner, key) => (inner as Record<PathSegment, unknown> | undefined)?.[key],
    object,
  );
  if (value === "None" || (Array.isArray(value) && value.includes("None"))) return true;
  return ownersOf(object, path).some((manager) => !/^(?:kube-|seatrial)/.test(manager));
}

function copyStatus(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(copyStatus);
  if (!isMapping(value)) return value;
  const entries = Object.entries(value as JsonObject).filter(([key]) => !volatileStatus.test(key));
  return Object.fromEntries(entries.map(([key, item]) => [key, copyStatus(item)]));
}

type Token = readonly [text: string, shown: string];

function tokensOf({ metadata }: KubeObject): Token[] {
  const { name = "", generateName, uid, ownerReferences = [] } = metadata;
  const labels = (metadata.labels ?? {}) as Record<string, string>;
  const labelled = (keys: readonly string[], shown: string) =>
    keys.flatMap((key): Token[] => (labels[key] === undefined ? [] : [[labels[key], shown]]));
  const isGenerated = generateName !== undefined && generateName !== "" && name.startsWith(generateName);
  const tokens: Token[] = [
    ...(isGenerated ? [[name.slice(generateName.length), "(generated)"] as const] : []),
    ...labelled(uidLabels, "(uid)"),
    ...[uid, ...ownerReferences.map((owner) => owner.uid)].flatMap((text): Token[] =>
      text === undefined ? [] : [[text, "(uid)"]],
    ),
    ...labelled(hashLabels, "(hash)"),
  ];
  // A short text occurs by chance.
  return tokens.filter(([text]) => text.length >= 4);
}

function replaceTokens(value: JsonValue, tokens: readonly Token[]): JsonValue {
  if (typeof value === "string") {
    const known = tokens.reduce((text, [token, shown]) => text.replaceAll(token, shown), value);
    return known.replace(tokenVolume, "kube-api-access-(generated)");
  }
  if (Array.isArray(value)) return value.map((item) => replaceTokens(item, tokens));
  if (!isMapping(value)) return value;
  const entries = Object.entries(value as JsonObject);
  return Object.fromEntries(entries.map(([key, item]) => [key, replaceTokens(item, tokens)]));
}
