import { findDocument } from "../../findings/find-template.ts";
import type { Finding } from "../../findings/finding.ts";
import { tryReleaseDocuments } from "../../findings/release-documents.ts";
import { showValue } from "../../findings/show-change.ts";
import type { HelmRelease } from "../../helm/types.ts";
import { toObjectRef } from "../../kube/object-ref.ts";
import { fieldChanges, formatPath, isEqual, valueAt } from "../../util/field-changes.ts";
import type { LiveRelease } from "./live-release.ts";

/** An upgrade that has succeeded, and what a fresh installation of the new version stores. */
export interface FinishedUpgrade {
  oldRelease: HelmRelease;
  newRelease: HelmRelease;
  upgraded: LiveRelease;
  fresh: LiveRelease;
}

/**
 * A finding for each field that the new version no longer has, that an upgrade leaves as the previous version has set it, and that
 * a fresh installation stores differently: the users who upgrade get something else than new users.
 */
export function staleFields({ oldRelease, newRelease, upgraded, fresh }: FinishedUpgrade): Finding[] {
  const [older, newer] = [tryReleaseDocuments(oldRelease), tryReleaseDocuments(newRelease)];
  return [...upgraded.objects].flatMap(([key, object]) => {
    const ref = toObjectRef(object);
    const document = findDocument(newer, ref);
    const old = findDocument(older, ref);
    const installed = fresh.objects.get(key);
    if (document === undefined || old === undefined || installed === undefined) return [];
    const removed = fieldChanges(old.object, document.object).filter(({ after }) => after === undefined);
    return removed.flatMap(({ path, before }): Finding[] => {
      // Items of lists may have moved.
      if (path.some((segment) => typeof segment === "number")) return [];
      const stored = valueAt(installed, path);
      if (!isEqual(valueAt(object, path), before) || isEqual(stored, before)) return [];
      const values = `${showValue(object, path, before)}, as the previous version has set it; a fresh installation has`;
      return [
        {
          severity: "error",
          step: "upgrade-from",
          message: `the chart no longer sets it, and the upgrade leaves ${values} ${showValue(object, path, stored)}`,
          reason: "FieldStays",
          object: ref,
          field: formatPath(path),
          ...(document.template === "" ? {} : { template: document.template }),
          hint: "set the field to the value that it should have, instead of leaving it out",
        },
      ];
    });
  });
}
