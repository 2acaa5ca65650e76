import type { Dangling } from "../../dangling.ts";
import { mappingAt, textAt } from "../../reading.ts";
import type { ReferenceIndex } from "../../reference-index.ts";
import { missingService } from "../service-references.ts";

const services = [
  ["canary", "stableService"],
  ["canary", "canaryService"],
  ["blueGreen", "activeService"],
  ["blueGreen", "previewService"],
] as const;

/** Services between which a Rollout of Argo moves its traffic, and that do not exist. */
export function rollouts(index: ReferenceIndex): Dangling[] {
  return index.ofChart("argoproj.io/v1alpha1", "Rollout").flatMap((entry) =>
    services.flatMap(([strategy, field]) => {
      const name = textAt(mappingAt(entry.object, "spec", "strategy", strategy), field);
      if (name === undefined) return [];
      const { namespace } = entry;
      return missingService(index, { entry, field: `spec.strategy.${strategy}.${field}`, name, namespace });
    }),
  );
}
