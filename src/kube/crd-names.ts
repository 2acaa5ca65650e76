import type { KubeClient } from "./kube-client.ts";
import { type KubeObject, toObjectRef } from "./object-ref.ts";
import { ApiStatusError, type KubeStatus } from "./status.ts";

interface CrdNames {
  plural?: string;
  singular?: string;
  shortNames?: string[];
  kind?: string;
  listKind?: string;
}

interface Condition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
}

/** The field of `spec.names` that a reason of the condition `NamesAccepted` is about. */
const fields: Readonly<Record<string, keyof CrdNames>> = {
  PluralConflict: "plural",
  SingularConflict: "singular",
  ShortNamesConflict: "shortNames",
  KindConflict: "kind",
  ListKindConflict: "listKind",
};

/**
 * The error for a CustomResourceDefinition that is never served, because another one of its group has one of its names;
 * `undefined` while its names are accepted or not judged yet. The API server creates it, and says so in a condition only.
 */
export async function refusedNames(kube: KubeClient, crd: KubeObject, signal: AbortSignal | undefined) {
  const current = await kube.get(toObjectRef(crd), { signal });
  // Right after the creation, `conditions` is null.
  const status = current?.status as { conditions?: Condition[] | null } | undefined;
  const names = status?.conditions?.find((each) => each.type === "NamesAccepted" && each.status === "False");
  const field = fields[names?.reason ?? ""];
  if (names === undefined || field === undefined) return undefined;
  const text = names.message ?? "it is already in use";
  const owner = await ownerOf(kube, crd, text, signal);
  const message = owner === undefined ? text : `${text}: ${owner} has it`;
  return new ApiStatusError(`the names of CustomResourceDefinition ${crd.metadata.name}`, 409, {
    kind: "Status",
    code: 409,
    message,
    ...(names.reason !== undefined && { reason: names.reason }),
    details: { causes: [{ field: `spec.names.${field}`, message }] },
  });
}

/** Whether the Status is that of {@link refusedNames}. */
export function isNameTaken({ reason = "" }: KubeStatus): boolean {
  return Object.hasOwn(fields, reason);
}

async function ownerOf(kube: KubeClient, crd: KubeObject, text: string, signal: AbortSignal | undefined) {
  const all = await kube.list(crd.apiVersion, crd.kind, { signal });
  const owner = all.find(
    (other) =>
      other.metadata.name !== crd.metadata.name &&
      groupOfCrd(other) === groupOfCrd(crd) &&
      namesOf(other).some((name) => text.includes(JSON.stringify(name))),
  );
  return owner?.metadata.name;
}

function groupOfCrd({ spec }: KubeObject): string | undefined {
  return (spec as { group?: string } | undefined)?.group;
}

function namesOf({ spec }: KubeObject): string[] {
  const { plural, singular, shortNames = [], kind, listKind } = (spec as { names?: CrdNames }).names ?? {};
  return [plural, singular, ...shortNames, kind, listKind].filter((name) => name !== undefined);
}
