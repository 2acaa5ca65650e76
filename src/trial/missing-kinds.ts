import { chartObjects } from "../findings/chart-objects.ts";
import type { Finding } from "../findings/finding.ts";
import type { HelmTemplateAnswer } from "../helm/types.ts";
import { groupOf, type KubeObject } from "../kube/object-ref.ts";
import { Makers } from "../references/makers.ts";

/** A rendered chart, and its documents as objects. */
export interface RenderedChart extends Pick<HelmTemplateAnswer, "chart" | "crds" | "manifest" | "hooks"> {
  documents: readonly KubeObject[];
}

/**
 * The findings about hooks whose kind nothing serves, when a container of the chart may add the kind before Helm looks for
 * it. Helm looks for the kinds of ordinary objects before the first hook runs.
 */
export function aboutAddedKinds(findings: readonly Finding[], rendered: RenderedChart): Finding[] {
  const unserved = aboutUnservedKinds(findings);
  if (unserved.length === 0) return [];
  const entries = chartObjects(rendered, { withCrds: false, withHooks: true }).flatMap((item) =>
    item.problem === undefined
      ? [{ item, object: item.object, name: item.object.metadata.name ?? "", namespace: "" }]
      : [],
  );
  if (!new Makers(entries, () => false).mayAddKinds) return [];
  const hooks = entries.filter(({ item }) => item.role === "hook");
  return unserved.filter(({ object }) =>
    hooks.some((hook) => hook.object.kind === object?.kind && hook.name === object.name),
  );
}

/** The findings about kinds that nothing serves, and whose definition is in the `crds/` of the chart. */
export function aboutSkippedKinds(findings: readonly Finding[], rendered: RenderedChart): Finding[] {
  const kinds = chartObjects(rendered, { withCrds: true, withHooks: false }).flatMap(({ role, object }) => {
    const { names, group } = (object?.spec ?? {}) as { names?: { kind?: string }; group?: string };
    return role === "crd" ? [`${group} ${names?.kind}`] : [];
  });
  return aboutUnservedKinds(findings).filter(
    ({ object }) => object !== undefined && kinds.includes(`${groupOf(object.apiVersion)} ${object.kind}`),
  );
}

function aboutUnservedKinds(findings: readonly Finding[]): Finding[] {
  return findings.filter(({ reason, message }) => reason === "NotFound" && /^no matches for kind/.test(message));
}
