import type { Dangling } from "../dangling.ts";
import { quoteSome } from "../names.ts";
import { containersOf, portsOf } from "../pod-templates.ts";
import { textAt } from "../reading.ts";
import type { ReferenceIndex } from "../reference-index.ts";

const handlers = [
  ["livenessProbe"],
  ["readinessProbe"],
  ["startupProbe"],
  ["lifecycle", "postStart"],
  ["lifecycle", "preStop"],
] as const;

/** Names of ports in probes and lifecycle hooks that their container does not declare: a kubelet looks nowhere else. */
export function containerPorts(index: ReferenceIndex): Dangling[] {
  return index.chartTemplates
    .filter(({ isExact }) => isExact)
    .flatMap((template) =>
      containersOf(template).flatMap(({ container, path, name }) => {
        const declared = portsOf(container).flatMap((port) => port.name ?? []);
        return handlers.flatMap((handler) =>
          ["httpGet", "tcpSocket"].flatMap((action): Dangling[] => {
            const port = textAt(container, ...handler, action, "port");
            // The API server refuses a number in quotes.
            if (port === undefined || declared.includes(port) || /^\d+$/.test(port)) return [];
            const field = `${path}.${[...handler, action].join(".")}.port`;
            const message = `container ${name} declares no port named "${port}"`;
            const hint = declared.length > 0 ? `it declares ${quoteSome(declared)}` : "give one of its ports this name";
            const base = { entry: template.owner, field, message, hint, lookups: [] };
            return [{ ...base, reason: "NoSuchPort", severity: "error" }];
          }),
        );
      }),
    );
}
