import { selects } from "../../../readiness/pod-spec.ts";
import type { Dangling } from "../../dangling.ts";
import type { ChartEntry, Entry } from "../../entry.ts";
import { isTypo, quoteSome } from "../../names.ts";
import { containersOf, portsOf } from "../../pod-templates.ts";
import { labelsAt, listAt, mappingAt, textAt, textsAt } from "../../reading.ts";
import type { ReferenceIndex } from "../../reference-index.ts";
import { formatSelector, type Selector, selectorAt, selectPods } from "../../select-pods.ts";

const VERSION = "monitoring.coreos.com/v1";

/** ServiceMonitors and PodMonitors of the Prometheus operator that select nothing, or a port that does not exist. */
export function monitors(index: ReferenceIndex): Dangling[] {
  return [
    ...index.ofChart(VERSION, "ServiceMonitor").flatMap((entry) => serviceMonitor(index, entry)),
    ...index.ofChart(VERSION, "PodMonitor").flatMap((entry) => podMonitor(index, entry)),
  ];
}

function serviceMonitor(index: ReferenceIndex, entry: ChartEntry): Dangling[] {
  const selector = selectorAt(entry.object, "spec", "selector");
  if (selector === undefined || !looksOnlyIn(entry)) return [];
  const services = index.all("Service", entry.namespace);
  const selected = services.filter(({ object }) => selects(selector, labelsAt(object, "metadata", "labels")));
  if (selected.length === 0) return noServices(index, entry, services, selector);
  const names = selected.flatMap(({ object }) =>
    listAt(object, "spec", "ports").flatMap((port) => textAt(port, "name") ?? []),
  );
  const what = `none of the ${selected.length} Services that it selects has a port`;
  return missingPorts(
    entry,
    "endpoints",
    names,
    selected.length === 1 ? `Service "${selected[0]?.name}" has no port` : what,
  );
}

function noServices(
  index: ReferenceIndex,
  entry: ChartEntry,
  services: readonly Entry[],
  selector: Selector,
): Dangling[] {
  const own = services.filter(({ item }) => item !== undefined);
  const wanted = Object.entries(selector.matchLabels);
  const counted = own.map(({ object, name }) => {
    const labels = labelsAt(object, "metadata", "labels");
    const differences = wanted.filter(([key, value]) => labels[key] !== value);
    const areTypos = differences.every(([key, value]) => isTypo(value, labels[key] ?? ""));
    return { name, labels, differences, areTypos };
  });
  const [closest] = counted.sort((one, other) => one.differences.length - other.differences.length);
  if (closest === undefined || closest.differences.length === 0) return [];
  const isMade = index.makers.mayMake("Service", "");
  const isOther = closest.differences.length === wanted.length;
  if (isMade && !closest.areTypos) return [];
  const shown = closest.differences.map(([key]) => `${key}=${closest.labels[key] ?? "(no label)"}`);
  const lookups = [{ apiVersion: "v1", kind: "Service", namespace: entry.namespace }];
  return [
    {
      entry,
      field: "spec.selector",
      reason: "SelectsNoServices",
      severity: closest.areTypos || !isOther ? "error" : "warning",
      message: `no Service has the labels that it selects: ${formatSelector(selector)}`,
      hint: `use the labels of Service ${closest.name}, which has ${shown.join(", ")}`,
      lookups,
    },
  ];
}

function podMonitor(index: ReferenceIndex, entry: ChartEntry): Dangling[] {
  const selector = selectorAt(entry.object, "spec", "selector");
  if (selector === undefined || !looksOnlyIn(entry)) return [];
  const { pods, dangling } = selectPods(index, { entry, field: "spec.selector", selector, mayBeForeign: true });
  if (pods.length === 0 || pods.some(({ isExact }) => !isExact)) return dangling;
  const ports = pods.flatMap((pod) => containersOf(pod).flatMap(({ container }) => portsOf(container)));
  const names = ports.flatMap(({ name }) => name ?? []);
  return missingPorts(entry, "podMetricsEndpoints", names, "no container of its Pods declares a port");
}

// Services and Pods of other namespaces are not known.
function looksOnlyIn({ object, namespace }: ChartEntry): boolean {
  const names = textsAt(object, "spec", "namespaceSelector", "matchNames");
  const { any } = mappingAt(object, "spec", "namespaceSelector");
  return any !== true && names.every((name) => name === namespace);
}

function missingPorts(entry: ChartEntry, list: string, names: readonly string[], what: string): Dangling[] {
  return listAt(entry.object, "spec", list).flatMap((endpoint, at): Dangling[] => {
    const port = textAt(endpoint, "port");
    if (port === undefined || names.includes(port)) return [];
    const known = [...new Set(names)];
    return [
      {
        entry,
        field: `spec.${list}[${at}].port`,
        reason: "NoSuchPort",
        severity: "error",
        message: `${what} named "${port}"`,
        hint: known.length === 0 ? "give the port a name" : `the names are ${quoteSome(known)}`,
        lookups: [],
      },
    ];
  });
}
