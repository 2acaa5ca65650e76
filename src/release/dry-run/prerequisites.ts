import type { ChartObject } from "../../findings/chart-objects.ts";
import type { Finding } from "../../findings/finding.ts";
import { objectFinding } from "../../findings/object-finding.ts";
import { statusFindings } from "../../findings/status-findings.ts";
import { isNameTaken } from "../../kube/crd-names.ts";
import type { KubeObject, ObjectRef } from "../../kube/object-ref.ts";
import { isTooLarge } from "../../kube/status.ts";
import type { ControlPlane } from "../../plane/control-plane.ts";
import { type Hold, holdObjects } from "../../sharing/holds.ts";

/** Objects that exist while the other objects of a chart are checked. Disposing of them removes them. */
export interface Prerequisites extends AsyncDisposable {
  findings: Finding[];
  /** Kinds, as `apiVersion kind`, whose CustomResourceDefinition the API server refused. */
  refusedKinds: Set<string>;
}

const kindsThatPodsName = new Set(["ServiceAccount", "PriorityClass", "RuntimeClass"]);

/**
 * Creates what the API server looks up when it admits the chart's other objects: CustomResourceDefinitions, Namespaces,
 * and what bare Pods name. `findings` name the objects that would not exist when Helm needs them.
 */
export async function applyPrerequisites(
  plane: ControlPlane,
  objects: readonly ChartObject[],
  options: { namespace: string; signal: AbortSignal | undefined },
): Promise<Prerequisites> {
  const { namespace, signal } = options;
  const sound = objects.filter((item) => item.problem === undefined && item.object.metadata.name !== undefined);
  const namespaces = await findNamespaces(plane, sound, namespace, signal);
  const used = new Set(sound.map(({ object }) => `${object.apiVersion} ${object.kind}`));
  const crds = sound.filter(({ object, role }) => {
    if (object.kind !== "CustomResourceDefinition") return false;
    // The CRD of a template matters only when the chart has objects of its kind.
    return role === "crd" || servedKinds(object).some((kind) => used.has(kind));
  });
  const pods = podPrerequisites(sound, namespace);
  // Namespaces first: the other objects may be in them.
  const first = await holdObjects(plane, namespaces.objects, { signal });
  try {
    const second = await holdObjects(plane, [...crds.map(({ object }) => object), ...pods], { signal });
    const created = new Set(second.created.map(({ name }) => name));
    const late = crds.filter(({ role, object }) => role !== "crd" && created.has(object.metadata.name ?? ""));
    return {
      findings: [
        ...namespaces.findings,
        ...lateCrdFindings(sound, new Set(late.flatMap(({ object }) => servedKinds(object)))),
        ...unseenFindings(crds, second.refused),
      ],
      refusedKinds: new Set(second.refused.flatMap(({ object }) => servedKinds(object))),
      [Symbol.asyncDispose]: async () => {
        await using _namespaces = first;
        await second.remove();
      },
    };
  } catch (error) {
    await first.remove();
    throw error;
  }
}

async function findNamespaces(
  plane: ControlPlane,
  objects: readonly ChartObject[],
  namespace: string,
  signal: AbortSignal | undefined,
): Promise<{ objects: KubeObject[]; findings: Finding[] }> {
  const { kube } = plane;
  const definitions = objects
    .map(({ object }) => object)
    .filter(({ apiVersion, kind }) => apiVersion === "v1" && kind === "Namespace");
  const known = new Set([namespace, ...definitions.map(({ metadata }) => metadata.name)]);
  const found = definitions.filter(({ metadata }) => metadata.name !== namespace);
  const findings: Finding[] = [];
  const missing = new Map<string, boolean>();
  for (const item of objects) {
    const name = item.object.metadata.namespace;
    if (name === undefined || known.has(name)) continue;
    const resource = await kube.discovery.find(item.object.apiVersion, item.object.kind, signal);
    if (resource?.isNamespaced !== true) continue;
    const ref: ObjectRef = { apiVersion: "v1", kind: "Namespace", name };
    if (!missing.has(name)) missing.set(name, (await kube.get(ref, { signal })) === undefined);
    if (missing.get(name) === true) findings.push(missingNamespace(item, name));
  }
  for (const [name, isMissing] of missing)
    if (isMissing) found.push({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
  return { objects: found, findings };
}

function missingNamespace(item: ChartObject, name: string): Finding {
  return objectFinding(item, {
    message: `namespaces "${name}" not found`,
    reason: "NotFound",
    field: "metadata.namespace",
    hint: "leave out metadata.namespace to use the release's, or let the chart create that Namespace",
  });
}

// A dry run writes nothing to etcd: only the creation shows that a definition is too large, or that a name is taken.
function unseenFindings(crds: readonly ChartObject[], refused: Hold["refused"]): Finding[] {
  return refused.flatMap(({ object, error }) => {
    const item = crds.find((crd) => crd.object === object);
    if (item === undefined || !(isTooLarge(error.status) || isNameTaken(error.status))) return [];
    return statusFindings(error.status).map((finding) => objectFinding(item, finding));
  });
}

// Helm looks up all kinds of a manifest before it creates the first object.
function lateCrdFindings(objects: readonly ChartObject[], lateKinds: ReadonlySet<string>): Finding[] {
  return objects.flatMap((item) => {
    const { apiVersion, kind } = item.object;
    const isEarly = item.role === "manifest" || item.hook?.events.some((event) => event.startsWith("pre-")) === true;
    if (!isEarly || !lateKinds.has(`${apiVersion} ${kind}`)) return [];
    const why = "a template creates its CustomResourceDefinition, too late for the first installation";
    return objectFinding(item, {
      message: `no matches for kind "${kind}" in version "${apiVersion}": ${why}`,
      reason: "NotFound",
      hint: "move the CustomResourceDefinition to the chart's crds/ directory, or to a chart of its own",
    });
  });
}

function servedKinds(crd: KubeObject): string[] {
  const spec = (crd.spec ?? {}) as { group?: string; names?: { kind?: string }; versions?: { name?: string }[] };
  return (spec.versions ?? []).map(({ name }) => `${spec.group}/${name} ${spec.names?.kind}`);
}

// Admission looks these up when it admits a Pod; the Pods of a Deployment are created by its controller later.
function podPrerequisites(objects: readonly ChartObject[], namespace: string): KubeObject[] {
  const pods = objects.filter(({ object }) => object.apiVersion === "v1" && object.kind === "Pod");
  const named = new Set(
    pods.flatMap(({ object }) => {
      const spec = (object.spec ?? {}) as Record<string, unknown>;
      return [spec.serviceAccountName, spec.serviceAccount, spec.priorityClassName, spec.runtimeClassName];
    }),
  );
  const needed = objects.filter(({ object }) => kindsThatPodsName.has(object.kind) && named.has(object.metadata.name));
  return needed.map(({ object }) => {
    if (object.kind !== "ServiceAccount") return object;
    return { ...object, metadata: { ...object.metadata, namespace: object.metadata.namespace ?? namespace } };
  });
}
