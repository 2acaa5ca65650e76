import type { Dangling } from "../dangling.ts";
import type { ChartEntry } from "../entry.ts";
import { quoteSome } from "../names.ts";
import { isInjected, servingPorts } from "../pod-ports.ts";
import { containersOf, type DeclaredPort, portsOf } from "../pod-templates.ts";
import { labelsAt, listAt, type Mapping, textAt } from "../reading.ts";
import type { OwnedTemplate, ReferenceIndex } from "../reference-index.ts";
import { selectPods } from "../select-pods.ts";

/** Services that select no Pods, and ports of Services that lead to no port of their Pods. */
export function servicePods(index: ReferenceIndex): Dangling[] {
  return index.ofChart("v1", "Service").flatMap((entry) => {
    const { object } = entry;
    const matchLabels = labelsAt(object, "spec", "selector");
    if (Object.keys(matchLabels).length === 0 || textAt(object, "spec", "type") === "ExternalName") return [];
    const selector = { matchLabels, matchExpressions: [] };
    const { pods, dangling } = selectPods(index, { entry, field: "spec.selector", selector });
    if (dangling.length > 0 || pods.length === 0) return dangling;
    const ports = listAt(object, "spec", "ports");
    return ports.flatMap((port, at) => targetPort(entry, port, `spec.ports[${at}].targetPort`, pods));
  });
}

function targetPort(entry: ChartEntry, port: Mapping, field: string, pods: readonly OwnedTemplate[]): Dangling[] {
  const { targetPort: target = port.port } = port;
  const protocol = textAt(port, "protocol") ?? "TCP";
  // An operator may add containers to the Pods of its custom resource.
  if (pods.some(({ isExact }) => !isExact)) return [];
  const serving = pods.map((pod) => containersOf(pod).filter(({ isServing }) => isServing));
  const declared = servingPorts(pods);
  const ofProtocol = declared.filter((each) => each.protocol === protocol);
  const base = { entry, field, lookups: [] };
  if (typeof target === "string") {
    // The API server refuses a number in quotes.
    if (/^\d+$/.test(target) || ofProtocol.some(({ name }) => name === target)) return [];
    const severity = pods.some(isInjected) ? "warning" : "error";
    const message = `no container of its Pods declares a port named "${target}"${protocolText(declared, target, protocol)}`;
    return [{ ...base, reason: "NoSuchPort", severity, message, hint: portHint(ofProtocol) }];
  }
  if (typeof target !== "number" || ofProtocol.some(({ number }) => number === target)) return [];
  // A container without declared ports may listen to any.
  if (serving.flat().some(({ container }) => portsOf(container).length === 0)) return [];
  if (declared.length === 0) return [];
  const message = `no container of its Pods declares the port ${target} (${protocol})`;
  return [{ ...base, reason: "UndeclaredPort", severity: "warning", message, hint: portHint(ofProtocol) }];
}

/** Which protocol a port of this name has in place of the one that is looked for. */
export function protocolText(declared: readonly DeclaredPort[], target: string, protocol: string): string {
  const other = declared.find(({ name }) => name === target);
  return other === undefined ? "" : ` with the protocol ${protocol}: it has ${other.protocol}`;
}

/** Which ports there are. */
export function portHint(declared: readonly DeclaredPort[]): string {
  const names = [...new Set(declared.flatMap(({ name }) => name ?? []))];
  if (names.length > 0) return `the containers declare ${quoteSome(names)}`;
  const numbers = [...new Set(declared.map(({ number }) => String(number)))];
  return numbers.length > 0 ? `the containers declare ${numbers.join(", ")}` : "declare the port in a container";
}
