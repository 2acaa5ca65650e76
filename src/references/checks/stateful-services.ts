import { selects } from "../../readiness/pod-spec.ts";
import { type Dangling, missingObject, type NamedReference } from "../dangling.ts";
import type { Entry } from "../entry.ts";
import { includesWords, isTypo } from "../names.ts";
import { labelsAt, textAt } from "../reading.ts";
import type { ReferenceIndex } from "../reference-index.ts";
import { formatSelector, selectPods } from "../select-pods.ts";

/** Services that give the Pods of StatefulSets their names, and cannot. */
export function statefulServices(index: ReferenceIndex): Dangling[] {
  return index.ofChart("apps/v1", "StatefulSet").flatMap((entry): Dangling[] => {
    const name = textAt(entry.object, "spec", "serviceName");
    const { namespace } = entry;
    const field = "spec.serviceName";
    if (name === undefined) return [];
    const service = index.find("Service", name, namespace);
    if (service === undefined) {
      return missingName(index, { entry, field, kind: "Service", name, namespace, reason: "NoSuchService" });
    }
    const base = { entry, field, severity: "warning", lookups: [] } as const;
    const matchLabels = labelsAt(service.object, "spec", "selector");
    const own = labelsAt(entry.object, "spec", "template", "metadata", "labels");
    const selector = { matchLabels, matchExpressions: [] };
    if (!isHeadless(service)) {
      const message = `Service "${name}" is not headless, so the Pods have no names in the DNS`;
      return [{ ...base, reason: "NotHeadless", message, hint: "set clusterIP: None in the Service" }];
    }
    if (Object.keys(matchLabels).length === 0 || selects(selector, own)) return [];
    // A program may label Pods, and the Service itself may be wrong.
    const { pods } = selectPods(index, { entry, field, selector });
    if (pods.length === 0) return [];
    const message = `Service "${name}" selects other Pods: ${formatSelector(selector)}`;
    const hint = "the names of the Pods are not in the DNS: name the headless Service that selects them";
    return [{ ...base, reason: "SelectsNoPods", message, hint }];
  });
}

function isHeadless({ object }: Entry): boolean {
  return textAt(object, "spec", "clusterIP") === "None";
}

// The Pods run all the same: only a name of the release, or one misspelt, shows that the Service is wanted.
function missingName(index: ReferenceIndex, reference: NamedReference): Dangling[] {
  const { name, namespace } = reference;
  const { releaseName, chartName } = index.context;
  const others = index.all("Service", namespace);
  if (others.length === 0) return [];
  const isNamed = includesWords(name, releaseName) || includesWords(name, chartName);
  const isMistake = others.some((other) => (isHeadless(other) && isNamed) || isTypo(name, other.name));
  const missing = missingObject(index, reference);
  return isMistake ? missing : missing.map((each) => ({ ...each, severity: "warning" }));
}
