import { readCrds } from "../../findings/chart-objects.ts";
import type { Finding } from "../../findings/finding.ts";
import { showChange } from "../../findings/show-change.ts";
import type { HelmTemplateAnswer } from "../../helm/types.ts";
import { type KubeObject, objectKey, toObjectRef } from "../../kube/object-ref.ts";
import { fieldChanges } from "../../util/field-changes.ts";

const MAX_NOTES = 8;

type Crds = Pick<HelmTemplateAnswer, "crds">;

/** A warning for each object of `crds/` that is new or has changed since the previous version: Helm does not upgrade it. */
export function crdsNotUpgraded(previous: Crds, current: Crds, source: string): Finding[] {
  const older = new Map(readCrds(previous).map(({ object }) => [objectKey(toObjectRef(object)), object]));
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
