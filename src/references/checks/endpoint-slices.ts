import { type Dangling, missingObject } from "../dangling.ts";
import type { ChartEntry } from "../entry.ts";
import { quoteSome } from "../names.ts";
import { labelsAt, listAt, textAt } from "../reading.ts";
import type { ReferenceIndex } from "../reference-index.ts";

const SERVICE = "kubernetes.io/service-name";

/** EndpointSlices whose Service does not exist, or has no port of the name: what a node forwards is found by both names. */
export function endpointSlices(index: ReferenceIndex): Dangling[] {
  return index.ofChart("discovery.k8s.io/v1", "EndpointSlice").flatMap((entry) => {
    const name = labelsAt(entry.object, "metadata", "labels")[SERVICE];
    if (name === undefined) return [];
    const { namespace } = entry;
    const field = `metadata.labels[${SERVICE}]`;
    const reference = { entry, field, kind: "Service", name, namespace, reason: "NoSuchService" } as const;
    return [...missingObject(index, reference), ...missingPorts(index, entry, name)];
  });
}

function missingPorts(index: ReferenceIndex, entry: ChartEntry, service: string): Dangling[] {
  const found = index.find("Service", service, entry.namespace);
  const ports = listAt(found?.object, "spec", "ports");
  const names = ports.map((port) => textAt(port, "name") ?? "");
  return listAt(entry.object, "ports").flatMap((port, at): Dangling[] => {
    const name = textAt(port, "name") ?? "";
    if (ports.length === 0 || names.includes(name)) return [];
    const message = `Service "${service}" has no port ${name === "" ? "without a name" : `named "${name}"`}`;
    const hint = names.includes("") ? "its port has no name: leave the name out here" : `it has ${quoteSome(names)}`;
    const field = `ports[${at}].name`;
    return [{ entry, field, reason: "NoSuchPort", severity: "error", message, hint, lookups: [] }];
  });
}
