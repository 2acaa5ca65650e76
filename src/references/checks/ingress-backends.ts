import type { Dangling } from "../dangling.ts";
import type { ChartEntry } from "../entry.ts";
import { listAt, type Mapping, mappingAt, textAt } from "../reading.ts";
import type { ReferenceIndex } from "../reference-index.ts";
import { missingService, type ServiceReference } from "./service-references.ts";

// The controller of a load balancer reads an annotation in place of the Service.
const ANNOTATION_PORT = "use-annotation";

/** Backends of Ingresses that do not exist. */
export function ingressBackends(index: ReferenceIndex): Dangling[] {
  return index.ofChart("networking.k8s.io/v1", "Ingress").flatMap((entry) => {
    const backends: { backend: Mapping; path: string }[] = [
      { backend: mappingAt(entry.object, "spec", "defaultBackend"), path: "spec.defaultBackend" },
      ...listAt(entry.object, "spec", "rules").flatMap((rule, ruleAt) =>
        listAt(rule, "http", "paths").map((each, at) => ({
          backend: mappingAt(each, "backend"),
          path: `spec.rules[${ruleAt}].http.paths[${at}].backend`,
        })),
      ),
    ];
    return backends.flatMap(({ backend, path }) => {
      const reference = toReference(entry, mappingAt(backend, "service"), `${path}.service`);
      return reference === undefined ? [] : missingService(index, reference);
    });
  });
}

function toReference(entry: ChartEntry, service: Mapping, path: string): ServiceReference | undefined {
  const name = textAt(service, "name");
  const { name: portName, number } = mappingAt(service, "port");
  if (name === undefined || portName === ANNOTATION_PORT) return undefined;
  const port = typeof number === "number" ? number : typeof portName === "string" ? portName : undefined;
  const portField = `${path}.port.${typeof number === "number" ? "number" : "name"}`;
  return { entry, field: `${path}.name`, name, namespace: entry.namespace, port, portField };
}
