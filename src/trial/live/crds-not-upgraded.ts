import { readCrds } from "../../findings/chart-objects.ts";
import type { Finding } from "../../findings/finding.ts";
import { showChange } from "../../findings/show-change.ts";
import { isPruned } from "../../helm/annotations.ts";
import type { HelmTemplateAnswer } from "../../helm/types.ts";
import { type KubeObject, objectKey, toObjectRef } from "../../kube/object-ref.ts";
import { fieldChanges } from "../../util/field-changes.ts";

const MAX_NOTES = 8;

const CRD = "CustomResourceDefinition";

type Crds = Pick<HelmTemplateAnswer, "crds">;

/** The definitions that an upgrade from a version leaves: those of its `crds/`, and of its manifest those that Helm keeps. */
export function keptDefinitions(crds: Crds, older: readonly KubeObject[]): KubeObject[] {
  const kept = older.filter(({ kind, metadata }) => kind === CRD && !isPruned(metadata.annotations));
  return [...readCrds(crds).map(({ object }) => object), ...kept];
}

/** A warning for each object of `crds/` that is new or has changed since the previous version: Helm does not upgrade it. */
export function crdsNotUpgraded(previous: readonly KubeObject[], current: Crds, source: string): Finding[] {
  const older = new Map(previous.map((object) => [objectKey(toObjectRef(object)), object]));
  return readCrds(current).flatMap(({ object, template }): Finding[] => {
    const old = older.get(objectKey(toObjectRef(object)));
    const changes = old === undefined ? [] : fieldChanges(definitionOf(old), definitionOf(object));
    if (old !== undefined && changes.length === 0) return [];
    const more = changes.length > MAX_NOTES ? [`and ${changes.length - MAX_NOTES} more`] : [];
    return [
      {
        severity: "warning",
        step: "upgrade-from",
        message:
          old === undefined
            ? `it is new in crds/ since ${source}, and Helm does not create it in an upgrade`
            : `it has changed in crds/ since ${source}, and Helm does not upgrade it: users who upgrade keep the old definition`,
        reason: "CrdsNotUpgraded",
        object: toObjectRef(object),
        template,
        notes: [...changes.slice(0, MAX_NOTES).map((change) => showChange(object, change)), ...more],
        hint: `users have to apply it before they upgrade (kubectl apply --server-side -f ${template.split("/").slice(1).join("/")}): say so in the release notes, or move the definitions to templates/ or to a chart of their own`,
      },
    ];
  });
}

/**
 * An error for each definition that the previous version has in `templates/` and the current one in `crds/`: the upgrade deletes
 * it, and with it all objects of its kind. `older` are the objects of the previous version's manifest.
 */
export function crdsDeleted(older: readonly KubeObject[], current: Crds, source: string): Finding[] {
  const pruned = older.filter(({ kind, metadata }) => kind === CRD && isPruned(metadata.annotations));
  const keys = new Set(pruned.map((object) => objectKey(toObjectRef(object))));
  return readCrds(current).flatMap(({ object, template }): Finding[] => {
    if (!keys.has(objectKey(toObjectRef(object)))) return [];
    return [
      {
        severity: "error",
        step: "upgrade-from",
        message: `the upgrade deletes it with all objects of its kind: it was in templates/ in ${source}, and Helm does not create in an upgrade what is in crds/`,
        reason: "CrdDeletedByUpgrade",
        object: toObjectRef(object),
        template,
        hint: 'leave it in templates/, or first release a version that annotates it there with "helm.sh/resource-policy: keep"',
      },
    ];
  });
}

// Descriptions for people change nothing that is stored or served.
function definitionOf({ metadata: _metadata, ...definition }: KubeObject): unknown {
  return withoutDescriptions(definition, false);
}

// `description` may also be the name of a property.
function withoutDescriptions(value: unknown, areNames: boolean): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutDescriptions(item, false));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(
    ([key, inner]) => areNames || key !== "description" || typeof inner !== "string",
  );
  return Object.fromEntries(
    entries.map(([key, inner]) => [key, withoutDescriptions(inner, key === "properties" && !areNames)]),
  );
}
