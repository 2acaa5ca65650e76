import type { ChartObject } from "../../findings/chart-objects.ts";
import type { Finding } from "../../findings/finding.ts";
import { objectFinding } from "../../findings/object-finding.ts";
import { parseQuantity } from "../../kube/quantity.ts";
import { containersOf, podTemplatesOf } from "../../references/pod-templates.ts";
import { listAt, mappingAt } from "../../references/reading.ts";

const MANY_CPUS = 100;
const MEBIBYTE = 1024 ** 2;
const lists = ["limits", "requests"] as const;

/** Warnings of quantities whose unit is most probably missing: `cpu: 500` is 500 cores, and `memory: 512` is 512 bytes. */
export function quantityWarnings(item: ChartObject): Finding[] {
  if (item.problem !== undefined) return [];
  const templates = podTemplatesOf(item.object);
  const owners = [
    ...templates.map(({ spec, path }) => ({ owner: spec, path })),
    ...templates.flatMap(containersOf).map(({ container, path }) => ({ owner: container, path })),
    ...(item.object.kind === "PersistentVolumeClaim" ? [{ owner: mappingAt(item.object, "spec"), path: "spec" }] : []),
    ...listAt(item.object, "spec", "volumeClaimTemplates").map((claim, at) => ({
      owner: mappingAt(claim, "spec"),
      path: `spec.volumeClaimTemplates[${at}].spec`,
    })),
  ];
  return owners.flatMap(({ owner, path }) =>
    lists.flatMap((list) =>
      Object.entries(mappingAt(owner, "resources", list)).flatMap(([resource, quantity]) => {
        const problem = problemOf(resource, quantity);
        if (problem === undefined) return [];
        const field = `${path}.resources.${list}.${resource}`;
        return [objectFinding(item, { ...problem, severity: "warning", reason: "UnlikelyQuantity", field })];
      }),
    ),
  );
}

function problemOf(resource: string, quantity: unknown): Pick<Finding, "message" | "hint"> | undefined {
  if (typeof quantity !== "string" && typeof quantity !== "number") return undefined;
  const text = String(quantity);
  const amount = parseQuantity(text);
  if (resource === "cpu") {
    if (!/^\d+$/.test(text) || amount < MANY_CPUS) return undefined;
    return { message: `${text} without a unit are ${text} CPUs`, hint: `did you mean ${text}m?` };
  }
  // The API server warns of thousandths of a byte.
  const [, number, suffix] = /^(\d+)(k|Ki)?$/.exec(text) ?? [];
  const isSize = resource === "memory" || resource === "storage" || resource === "ephemeral-storage";
  if (!isSize || number === undefined || amount === 0 || amount >= MEBIBYTE) return undefined;
  const what = suffix === undefined ? `${text} without a unit are ${text} bytes` : `${text} are ${amount} bytes`;
  return { message: what, hint: `did you mean ${number}${resource === "memory" ? "Mi" : "Gi"}?` };
}
