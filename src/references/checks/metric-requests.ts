import { joinWords } from "../../util/text/join-words.ts";
import type { Dangling } from "../dangling.ts";
import { isOfChart } from "../entry.ts";
import { containersOf, podTemplatesOf } from "../pod-templates.ts";
import { listAt, mappingAt, textAt } from "../reading.ts";
import type { ReferenceIndex } from "../reference-index.ts";

/**
 * HorizontalPodAutoscalers that measure a share of what containers request, where a container requests nothing, and two of
 * them for one target: upstream's controller scales neither.
 */
export function metricRequests(index: ReferenceIndex): Dangling[] {
  return [...withoutRequests(index), ...scaledTwice(index)];
}

// A LimitRange of the cluster can add requests.
function withoutRequests(index: ReferenceIndex): Dangling[] {
  if (index.ofKind("v1", "LimitRange").length > 0) return [];
  return autoscalers(index).flatMap(({ entry, target }) => {
    const owner = index
      .ofKind(target.apiVersion, target.kind, entry.namespace)
      .find(({ name }) => name === target.name);
    const templates = owner === undefined || !isOfChart(owner) ? [] : podTemplatesOf(owner.object);
    const [template] = templates.filter(({ isExact }) => isExact);
    if (template === undefined) return [];
    const serving = containersOf(template).filter(({ isServing }) => isServing);
    return listAt(entry.object, "spec", "metrics").flatMap((metric, at): Dangling[] => {
      const type = textAt(metric, "type") === "ContainerResource" ? "containerResource" : "resource";
      const source = mappingAt(metric, type);
      const resource = textAt(source, "name");
      const only = textAt(source, "container");
      if (resource === undefined || textAt(source, "target", "type") !== "Utilization") return [];
      const lacking = serving.filter(({ container, name }) => {
        const asks = (list: string) => mappingAt(container, "resources", list)[resource] !== undefined;
        const ofPod = (list: string) => mappingAt(template.spec, "resources", list)[resource] !== undefined;
        // Without a request, the limit is the request.
        const lists = ["requests", "limits"];
        return (only === undefined || only === name) && !lists.some((list) => asks(list) || ofPod(list));
      });
      if (lacking.length === 0) return [];
      const names = joinWords(lacking.map(({ name }) => name));
      const message = `it measures ${resource} in percent of the requests, and ${names} of ${target.kind} ${target.name} requests none`;
      return [
        {
          entry,
          field: `spec.metrics[${at}].${type}`,
          reason: "NoSuchRequest",
          severity: "warning",
          message,
          hint: `set resources.requests.${resource} where the chart renders the autoscaler: without it, the autoscaler never scales`,
          lookups: [],
        },
      ];
    });
  });
}

function scaledTwice(index: ReferenceIndex): Dangling[] {
  const groups = Map.groupBy(autoscalers(index), ({ entry, target }) =>
    JSON.stringify([entry.namespace, target.kind, target.name]),
  );
  return [...groups.values()].flatMap((group) => {
    const [first, ...others] = group;
    return others.map(({ entry, target }): Dangling => {
      const message = `${target.kind} ${target.name} has another HorizontalPodAutoscaler, ${first?.entry.name}: neither of them scales it`;
      const field = "spec.scaleTargetRef";
      const hint = "write the metrics of both into one autoscaler";
      return { entry, field, reason: "ScaledTwice", severity: "error", message, hint, lookups: [] };
    });
  });
}

function autoscalers(index: ReferenceIndex) {
  return index.ofChart("autoscaling/v2", "HorizontalPodAutoscaler").map((entry) => {
    const target = mappingAt(entry.object, "spec", "scaleTargetRef");
    const [apiVersion = "", kind = "", name = ""] = ["apiVersion", "kind", "name"].map((key) => textAt(target, key));
    return { entry, target: { apiVersion, kind, name } };
  });
}
