import type { Dangling } from "../../dangling.ts";
import type { ChartEntry } from "../../entry.ts";
import { quoteSome } from "../../names.ts";
import { listAt, type Mapping, mappingAt, textAt } from "../../reading.ts";
import type { ReferenceIndex } from "../../reference-index.ts";
import { missingService } from "../service-references.ts";

const ISTIO = "networking.istio.io/v1";
const protocols = ["http", "tcp", "tls"];

/** Services, their ports, and subsets of them that the objects of Istio name and that do not exist. */
export function meshes(index: ReferenceIndex): Dangling[] {
  const routes = index.ofChart(ISTIO, "VirtualService").flatMap((entry) =>
    protocols.flatMap((protocol) =>
      listAt(entry.object, "spec", protocol).flatMap((rule, at) =>
        listAt(rule, "route").flatMap((route, routeAt) => {
          const destination = mappingAt(route, "destination");
          const path = `spec.${protocol}[${at}].route[${routeAt}].destination`;
          return [...missingHost(index, entry, destination, path), ...missingSubset(index, entry, destination, path)];
        }),
      ),
    ),
  );
  const rules = index
    .ofChart(ISTIO, "DestinationRule")
    .flatMap((entry) => missingHost(index, entry, mappingAt(entry.object, "spec"), "spec"));
  return [...routes, ...rules];
}

function missingHost(index: ReferenceIndex, entry: ChartEntry, destination: Mapping, path: string): Dangling[] {
  const service = serviceOf(textAt(destination, "host"), entry.namespace);
  if (service === undefined) return [];
  const { number } = mappingAt(destination, "port");
  const port = typeof number === "number" ? number : undefined;
  return missingService(index, { entry, field: `${path}.host`, ...service, port, portField: `${path}.port.number` });
}

// A name with other dots is a host outside of the cluster, or one of a ServiceEntry.
function serviceOf(host: string | undefined, namespace: string): { name: string; namespace: string } | undefined {
  const [, name, other] = /^([a-z0-9-]+)(?:\.([a-z0-9-]+)\.svc(?:\.cluster\.local)?)?$/.exec(host ?? "") ?? [];
  return name === undefined ? undefined : { name, namespace: other ?? namespace };
}

function missingSubset(index: ReferenceIndex, entry: ChartEntry, destination: Mapping, path: string): Dangling[] {
  const subset = textAt(destination, "subset");
  const service = serviceOf(textAt(destination, "host"), entry.namespace);
  if (subset === undefined || service === undefined) return [];
  const rules = index.ofKind(ISTIO, "DestinationRule", entry.namespace).filter(({ object }) => {
    const own = serviceOf(textAt(object, "spec", "host"), entry.namespace);
    return own?.name === service.name && own.namespace === service.namespace;
  });
  const names = rules.flatMap(({ object }) =>
    listAt(object, "spec", "subsets").flatMap((each) => textAt(each, "name") ?? []),
  );
  if (rules.length === 0 || names.includes(subset)) return [];
  const message = `no DestinationRule of "${service.name}" has a subset "${subset}"`;
  const hint = names.length === 0 ? "add the subset to the DestinationRule" : `it has ${quoteSome(names)}`;
  return [{ entry, field: `${path}.subset`, reason: "NoSuchTarget", severity: "error", message, hint, lookups: [] }];
}
