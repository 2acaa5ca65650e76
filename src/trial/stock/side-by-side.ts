import type { Finding } from "../../findings/finding.ts";
import { isHook } from "../../helm/annotations.ts";
import type { HelmTemplateAnswer } from "../../helm/types.ts";
import type { KubeClient } from "../../kube/kube-client.ts";
import { type KubeObject, type ObjectRef, objectKey, toObjectRef } from "../../kube/object-ref.ts";
import { hostPortsOf, serviceAddresses } from "../../sharing/addresses.ts";
import { findClusterNames } from "../../sharing/cluster-names.ts";
import { isMapping } from "../../util/is-mapping.ts";
import { type AddressUse, fixedAddressFinding } from "./fixed-address.ts";
import { fixedNameFinding, hasKnownName, isOnceInCluster, namesInValues } from "./fixed-names.ts";
import { givenText } from "./given-text.ts";
import { relevantDocuments, renderAgain, type StockSubject } from "./stock-rendering.ts";

// A port or an IP address.
const number = /\d[\d.:a-f]*/g;

/** What a second release of the chart would collide with. */
interface Occupied {
  names: ObjectRef[];
  addresses: AddressUse[];
}

/**
 * Warnings about what has the same name or the same address in a release of another name in another namespace: two releases
 * of the chart cannot exist at the same time. Addresses that the user has chosen for this case are left out.
 */
export async function sideBySideFindings(
  subject: StockSubject,
  kube: Pick<KubeClient, "discovery">,
): Promise<Finding[]> {
  const { rendered, options } = subject;
  const objects = rendered.documents.filter(({ metadata }) => !isHook(metadata.annotations));
  const first = await occupiedBy(objects, rendered.namespace, kube, options.signal);
  if (first.names.length + first.addresses.length === 0) return [];
  const namespace = otherName(rendered.namespace, 63);
  const second = await renderAgain(
    subject,
    { namespace, releaseName: otherName(rendered.releaseName, 53) },
    { withValues: true },
  );
  // It may be installed under one name only, by design.
  if (second === undefined) return [];
  const given = await givenText(options);
  const others = await occupiedBy(documentsLike(second, first), namespace, kube, options.signal);
  return collisions(first, others).flatMap(({ ref, use }): Finding[] => {
    const object = objects.find((each) => isSame(each, ref ?? use?.ref));
    const template = object === undefined ? undefined : rendered.sourceOf(object)?.template;
    if (use !== undefined) return isGiven(use, given) ? [] : [fixedAddressFinding(use, object, template)];
    if (ref === undefined || namesInValues(second.values).some((name) => isNamedAfter(ref.name, name))) return [];
    return [fixedNameFinding(ref, template)];
  });
}

function collisions(first: Occupied, second: Occupied): { ref?: ObjectRef; use?: AddressUse }[] {
  const keys = new Set(second.names.map((ref) => objectKey(ref)));
  const addresses = new Set(second.addresses.map(({ address }) => address));
  return [
    ...first.names.filter((ref) => keys.has(objectKey(ref))).map((ref) => ({ ref })),
    ...first.addresses.filter(({ address }) => addresses.has(address)).map((use) => ({ use })),
  ];
}

async function occupiedBy(
  objects: readonly KubeObject[],
  namespace: string,
  kube: Pick<KubeClient, "discovery">,
  signal: AbortSignal | undefined,
): Promise<Occupied> {
  const { refs } = await findClusterNames({ crds: [], namespace, documents: objects }, kube, signal);
  const names = objects.some(isOnceInCluster) ? [] : refs.filter((ref) => !hasKnownName(ref) && isBuiltIn(ref));
  return { names, addresses: objects.flatMap(addressesOf) };
}

// Custom resources configure an operator, and their names mean something to it.
function isBuiltIn({ apiVersion, namespace }: ObjectRef): boolean {
  return namespace !== undefined || !apiVersion.includes(".") || apiVersion.includes(".k8s.io/");
}

function addressesOf(object: KubeObject): AddressUse[] {
  const ref = toObjectRef(object);
  if (object.kind === "Service") {
    return serviceAddresses(object).map((address) => ({ ref, address }));
  }
  // The agent of a node is on each node once, and other Pods find another node.
  if (object.kind !== "DaemonSet" || usesHostNetwork(object)) return [];
  return hostPortsOf(object).map(({ address }) => ({ ref, address }));
}

function usesHostNetwork({ spec }: KubeObject): boolean {
  const template = isMapping(spec) && isMapping(spec.template) ? spec.template.spec : undefined;
  return isMapping(template) && template.hostNetwork === true;
}

// Only documents with one of the names or addresses are parsed.
function documentsLike({ manifest }: HelmTemplateAnswer, { names, addresses }: Occupied): KubeObject[] {
  const texts = [
    ...names.map(({ name }) => name),
    ...addresses.flatMap(({ address }) => address.match(/[\d.]{2,}/) ?? []),
  ];
  const isRelevant = (text: string) =>
    texts.some((part) => text.includes(part)) ||
    /^\s*(?:- )?kind: *["']?(?:CustomResourceDefinition|APIService)\b/m.test(text);
  return relevantDocuments(manifest, isRelevant)
    .map(({ object }) => object)
    .filter(({ metadata }) => !isHook(metadata.annotations));
}

// The end of a name may be cut off.
function otherName(name: string, limit: number): string {
  return `b-${name}`.slice(0, limit).replace(/-+$/, "");
}

function isGiven({ address }: AddressUse, given: string): boolean {
  const [value] = address.match(number) ?? [];
  return (given.match(number) ?? []).some((text) => text === value);
}

function isSame(object: KubeObject, ref: ObjectRef | undefined): boolean {
  return ref !== undefined && object.kind === ref.kind && object.metadata.name === ref.name;
}

function isNamedAfter(name: string, value: string): boolean {
  return name === value || name.startsWith(`${value}-`);
}
