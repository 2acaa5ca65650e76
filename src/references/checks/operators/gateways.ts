import type { Dangling } from "../../dangling.ts";
import type { ChartEntry } from "../../entry.ts";
import { likelyName, quoteSome } from "../../names.ts";
import { listAt, type Mapping, textAt } from "../../reading.ts";
import type { ReferenceIndex } from "../../reference-index.ts";

const GATEWAY_API = "gateway.networking.k8s.io/v1";
const routes = ["HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute", "UDPRoute"];

/** Gateways of the chart, and their listeners, that its routes name and that do not exist. */
export function gateways(index: ReferenceIndex): Dangling[] {
  return routes.flatMap((kind) =>
    index
      .ofChart(GATEWAY_API, kind)
      .flatMap((entry) =>
        listAt(entry.object, "spec", "parentRefs").flatMap((parent, at) =>
          missingGateway(index, entry, parent, `spec.parentRefs[${at}]`),
        ),
      ),
  );
}

function missingGateway(index: ReferenceIndex, entry: ChartEntry, parent: Mapping, path: string): Dangling[] {
  const name = textAt(parent, "name");
  const kind = textAt(parent, "kind") ?? "Gateway";
  const { namespace } = entry;
  if (name === undefined || kind !== "Gateway" || (textAt(parent, "namespace") ?? namespace) !== namespace) return [];
  const known = index.ofKind(GATEWAY_API, kind, namespace);
  const gateway = known.find((each) => each.name === name);
  if (gateway === undefined) {
    // Without a Gateway of its own, a chart means that of the cluster.
    const isOwn = known.some(({ item }) => item !== undefined) && index.isOwnName(name) && !index.isGivenName(name);
    if (!isOwn) return [];
    const names = known.map((each) => each.name);
    const likely = likelyName(name, names);
    const message = `Gateway "${name}" does not exist: neither the chart nor the cluster has it`;
    const hint = likely === undefined ? `the chart has ${quoteSome(names)}` : `did you mean "${likely}"?`;
    const lookups = [{ apiVersion: GATEWAY_API, kind, namespace, name }];
    return [{ entry, field: `${path}.name`, reason: "NoSuchTarget", severity: "error", message, hint, lookups }];
  }
  const section = textAt(parent, "sectionName");
  const listeners = listAt(gateway.object, "spec", "listeners").flatMap((each) => textAt(each, "name") ?? []);
  if (section === undefined || gateway.item === undefined || listeners.includes(section)) return [];
  const message = `Gateway "${name}" has no listener "${section}"`;
  const field = `${path}.sectionName`;
  const hint = `it has ${quoteSome(listeners)}`;
  return [{ entry, field, reason: "NoSuchTarget", severity: "error", message, hint, lookups: [] }];
}
