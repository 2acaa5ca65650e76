import type { Dangling } from "../dangling.ts";
import type { ChartEntry } from "../entry.ts";
import { isInjected, servingPorts } from "../pod-ports.ts";
import { listAt, mappingAt, textAt } from "../reading.ts";
import type { OwnedTemplate, ReferenceIndex } from "../reference-index.ts";
import { selectorAt, selectPods } from "../select-pods.ts";
import { portHint, protocolText } from "./service-pods.ts";

/** Names of ports in NetworkPolicies that no container of the Pods has: such a rule allows nothing. */
export function policyPorts(index: ReferenceIndex): Dangling[] {
  return index.ofChart("networking.k8s.io/v1", "NetworkPolicy").flatMap((entry) => {
    const own = podsAt(index, entry, mappingAt(entry.object, "spec"), "podSelector");
    const ingress = listAt(entry.object, "spec", "ingress").flatMap((rule, at) =>
      missingPorts(entry, rule, `spec.ingress[${at}]`, own),
    );
    const egress = listAt(entry.object, "spec", "egress").flatMap((rule, at) =>
      missingPorts(entry, rule, `spec.egress[${at}]`, peersOf(index, entry, rule)),
    );
    return [...ingress, ...egress];
  });
}

// Empty when a peer is something else than Pods of the chart: then the port is one of others.
function peersOf(index: ReferenceIndex, entry: ChartEntry, rule: unknown): OwnedTemplate[] {
  const peers = listAt(rule, "to").map((peer) =>
    peer.namespaceSelector === undefined && peer.ipBlock === undefined ? podsAt(index, entry, peer, "podSelector") : [],
  );
  return peers.every((pods) => pods.length > 0) ? peers.flat() : [];
}

// An empty selector also selects the Pods of other charts, whose ports nobody knows.
function podsAt(index: ReferenceIndex, entry: ChartEntry, value: unknown, field: string): OwnedTemplate[] {
  const selector = selectorAt(value, field);
  return selector === undefined ? [] : selectPods(index, { entry, field, selector }).pods;
}

function missingPorts(entry: ChartEntry, rule: unknown, path: string, pods: readonly OwnedTemplate[]): Dangling[] {
  // An operator may add containers to the Pods of its custom resource.
  if (pods.length === 0 || pods.some(({ isExact }) => !isExact)) return [];
  const declared = servingPorts(pods);
  return listAt(rule, "ports").flatMap((each, at): Dangling[] => {
    const port = textAt(each, "port");
    const protocol = textAt(each, "protocol") ?? "TCP";
    const ofProtocol = declared.filter((one) => one.protocol === protocol);
    if (port === undefined || /^\d+$/.test(port) || ofProtocol.some(({ name }) => name === port)) return [];
    const field = `${path}.ports[${at}].port`;
    const text = protocolText(declared, port, protocol);
    const message = `no container of the Pods that it selects declares a port named "${port}"${text}`;
    const severity = pods.some(isInjected) ? "warning" : "error";
    return [{ entry, field, reason: "NoSuchPort", severity, message, hint: portHint(ofProtocol), lookups: [] }];
  });
}
