import { type Dangling, missingObject } from "../dangling.ts";
import type { ChartEntry } from "../entry.ts";
import { quoteSome } from "../names.ts";
import { listAt, textAt } from "../reading.ts";
import type { ReferenceIndex } from "../reference-index.ts";

/** A field that names a Service, and the field next to it that names a port of the Service. */
export interface ServiceReference {
  entry: ChartEntry;
  field: string;
  name: string;
  namespace: string;
  /** The port's name or number; `undefined` when nothing is said about it. */
  port?: string | number | undefined;
  portField?: string;
}

/** The reference, when the Service or its port does not exist. */
export function missingService(index: ReferenceIndex, reference: ServiceReference): Dangling[] {
  const { entry, field, name, namespace, port, portField = field } = reference;
  const service = index.find("Service", name, namespace);
  if (service === undefined) {
    return missingObject(index, { entry, field, kind: "Service", name, namespace, reason: "NoSuchService" });
  }
  const ports = listAt(service.object, "spec", "ports");
  const isExternal = textAt(service.object, "spec", "type") === "ExternalName";
  if (port === undefined || (isExternal && ports.length === 0)) return [];
  if (ports.some((each) => (typeof port === "number" ? each.port === port : each.name === port))) return [];
  const message = `Service "${name}" has no port ${typeof port === "number" ? port : `named "${port}"`}`;
  const names = ports.flatMap((each) => textAt(each, "name") ?? []);
  const numbers = ports.map((each) => String(each.port));
  const hint = typeof port === "number" ? `it has ${numbers.join(", ")}` : `it has ${nameText(names, numbers)}`;
  return [{ entry, field: portField, reason: "NoSuchPort", severity: "error", message, hint, lookups: [] }];
}

function nameText(names: readonly string[], numbers: readonly string[]): string {
  return names.length > 0 ? quoteSome(names) : `the port ${numbers.join(", ")} without a name`;
}
