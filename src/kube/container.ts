import type * as k8s from "@kubernetes/client-node";
import { SeatrialError } from "../errors/seatrial-error.ts";
import { UsageError } from "../errors/usage-error.ts";
import { describe } from "../util/check-options.ts";
import { isMapping } from "../util/is-mapping.ts";
import { formatObjectRef } from "./object-ref.ts";
import type { AsJson } from "./stored.ts";

/** A container of a Pod, as JSON. */
export type Container = AsJson<k8s.V1Container>;

const lists = {
  containers: "containers",
  initContainers: "init containers",
  ephemeralContainers: "ephemeral containers",
};

/**
 * The container of this name, also an init container, in a Pod or in an object with a Pod template, such as a Deployment, a
 * CronJob or a custom resource with `spec.template`. The name may be left out when there is one container besides init
 * containers. Throws `SEATRIAL_OBJECT_SELECTION`, which lists the existing containers, when there is no such container, and
 * `SEATRIAL_USAGE` for an object without a Pod template.
 */
export function container(object: object, name?: string): Container {
  if (!isMapping(object) || typeof object.kind !== "string") {
    throw new UsageError(`container: the first argument must be a Kubernetes object, got ${describe(object)}`);
  }
  const what = nameOf(object);
  const spec = findPodSpec(object);
  if (spec === undefined) {
    throw new UsageError(`container: ${what} has neither containers nor a Pod template`);
  }
  const all = Object.keys(lists).flatMap((list) => listOf(spec, list));
  const found = name === undefined ? listOf(spec, "containers") : all.filter((each) => each.name === name);
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  const problem =
    name === undefined ? `has ${found.length} containers: name one of them` : `has no container named "${name}"`;
  const existing = Object.entries(lists).flatMap(([list, words]) => {
    const names = listOf(spec, list).map((each) => each.name);
    return names.length === 0 ? [] : [`  ${words}: ${names.join(", ")}`];
  });
  throw new SeatrialError("SEATRIAL_OBJECT_SELECTION", [`${what} ${problem}`, ...existing].join("\n"));
}

function findPodSpec(object: Record<string, unknown>): Record<string, unknown> | undefined {
  const paths = [
    ["spec"],
    ["spec", "template", "spec"],
    ["spec", "jobTemplate", "spec", "template", "spec"],
    ["template", "spec"],
  ];
  const specs = paths.map((path) =>
    path.reduce<unknown>((value, key) => (isMapping(value) ? value[key] : undefined), object),
  );
  return specs.find((spec) => isMapping(spec) && Array.isArray(spec.containers)) as Record<string, unknown> | undefined;
}

function listOf(spec: Record<string, unknown>, list: string): Container[] {
  const value = spec[list];
  return Array.isArray(value) ? (value as Container[]) : [];
}

function nameOf({ kind, metadata }: Record<string, unknown>): string {
  const { name, namespace } = (metadata ?? {}) as { name?: string; namespace?: string };
  const ref = { kind: String(kind), name: name ?? "" };
  return formatObjectRef(namespace === undefined ? ref : { ...ref, namespace });
}
