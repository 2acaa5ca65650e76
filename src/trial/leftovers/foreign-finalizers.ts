import { readCrds } from "../../findings/chart-objects.ts";
import type { KubeClient } from "../../kube/kube-client.ts";
import { groupOf, type KubeObject, toObjectRef } from "../../kube/object-ref.ts";
import { isOwnGroup } from "../../kube/own-group.ts";
import type { TemplateResult } from "../../release/results.ts";
import { removeFinalizers } from "./leftovers.ts";

interface Definition {
  group?: string;
  names?: { kind?: string };
}

/**
 * Removes the finalizers of the chart's custom resources whose CustomResourceDefinitions are not the chart's, as their operator
 * would when they are deleted: it does not run here, so nothing is known about it. Resolves with a note for each object.
 */
export async function removeForeignFinalizers(
  kube: KubeClient,
  template: TemplateResult,
  namespace: string,
  signal?: AbortSignal,
): Promise<string[]> {
  const notes: string[] = [];
  const own = ownKinds(template);
  for (const document of template.documents) {
    const group = groupOf(document.apiVersion);
    // The finalizers of Kubernetes' own kinds are the chart's own idea.
    if (isOwnGroup(group) || own.has(`${group}/${document.kind}`)) continue;
    const ref = { namespace, ...toObjectRef(document) };
    const { finalizers = [] } = (await kube.get(ref, { metadataOnly: true, signal }))?.metadata ?? {};
    if (finalizers.length === 0) continue;
    await removeFinalizers(kube, [ref]);
    const names = finalizers.join(", ");
    notes.push(
      `${ref.kind} "${ref.name}": finalizer ${names} was not tested: the operator that handles it does not run here`,
    );
  }
  return notes;
}

function ownKinds(template: TemplateResult): Set<string> {
  const objects: KubeObject[] = [...readCrds(template).map(({ object }) => object), ...template.documents];
  const definitions = objects.filter(({ kind }) => kind === "CustomResourceDefinition");
  return new Set(
    definitions.map(({ spec }) => {
      const { group = "", names } = (spec ?? {}) as Definition;
      return `${group}/${names?.kind ?? ""}`;
    }),
  );
}
