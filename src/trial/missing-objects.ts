import { SeatrialError } from "../errors/seatrial-error.ts";
import type { Finding } from "../findings/finding.ts";
import { inConfig } from "./config/in-config.ts";
import { aboutAddedKinds, aboutSkippedKinds, type RenderedChart } from "./missing-kinds.ts";
import type { TrialInputs } from "./trial-inputs.ts";
import type { TrialChart } from "./trial-result.ts";

/** What an object of the chart needs, and the control plane does not have. */
type Missing = MissingObject | MissingKind | MissingNetwork;

/** A cluster-scoped object. */
interface MissingObject {
  kind: string;
  name: string;
}

interface MissingKind {
  kind: string;
  apiVersion: string;
}

interface MissingNetwork {
  network: string;
}

// The words of upstream's allocator of addresses (pkg/registry/core/service).
const networkRefusals: readonly (readonly [RegExp, (match: RegExpExecArray) => Missing])[] = [
  [
    /the provided IP \(([^)]+)\) is not in the valid range\. The range of valid IPs/,
    ([, address]) => ({ kind: "a ServiceCIDR", name: `with ${address}` }),
  ],
  [/not configured for dual-stack services/, () => ({ network: "two IP families" })],
  [/"(IPv[46])": not configured on this cluster/, ([, family]) => ({ network: family ?? "" })],
];

// The words of upstream's admission plug-ins (plugin/pkg/admission/{priority,runtimeclass}).
const refusals: readonly (readonly [string, RegExp])[] = [
  ["PriorityClass", /no PriorityClass with name (\S+) was found/],
  ["RuntimeClass", /pod rejected: RuntimeClass "([^"]+)" not found/],
];

/**
 * The findings of a dry run without those about what a cluster may have, and this control plane does not: namespaces and
 * classes, of which an installation creates those of the chart itself first, and kinds that a container of the chart adds or
 * that are left out.
 * Throws `SEATRIAL_NOT_CHECKED` when nothing else is wrong, else they become warnings.
 */
export function withoutMissingObjects(
  findings: readonly Finding[],
  rendered: RenderedChart,
  inputs: TrialInputs,
  chart: TrialChart,
): Finding[] {
  const isOwn = (missing: Missing) =>
    "name" in missing &&
    rendered.documents.some(({ kind, metadata }) => kind === missing.kind && metadata.name === missing.name);
  const added = inputs.skipCrds === true ? aboutSkippedKinds(findings, rendered) : aboutAddedKinds(findings, rendered);
  const items = findings.map((finding) => ({
    finding,
    missing: missingObject(finding) ?? (added.includes(finding) ? missingKind(finding) : undefined),
  }));
  const relevant = items.filter(({ missing }) => missing === undefined || !isOwn(missing));
  const about = relevant.filter(({ missing }) => missing !== undefined);
  if (about.length === 0) return relevant.map(({ finding }) => finding);
  if (about.length < relevant.filter(({ finding }) => finding.severity === "error").length) {
    return relevant.map(({ finding, missing }) =>
      missing === undefined ? finding : { ...finding, severity: "warning" },
    );
  }
  throw notChecked(
    about.flatMap(({ missing }) => missing ?? []),
    about.map(({ finding }) => finding),
    inputs,
    chart,
  );
}

function missingObject({ field, reason, message, object }: Finding): Missing | undefined {
  if (field === "metadata.namespace" && reason === "NotFound") {
    return { kind: "Namespace", name: object?.namespace ?? "" };
  }
  for (const [kind, words] of refusals) {
    const name = words.exec(message)?.[1];
    if (name !== undefined) return { kind, name };
  }
  for (const [words, toMissing] of networkRefusals) {
    const match = object?.kind === "Service" ? words.exec(message) : null;
    if (match !== null) return toMissing(match);
  }
  return undefined;
}

function missingKind({ object }: Finding): MissingKind | undefined {
  return object === undefined ? undefined : { kind: object.kind, apiVersion: object.apiVersion };
}

function notChecked(
  all: readonly Missing[],
  findings: readonly Finding[],
  inputs: TrialInputs,
  chart: TrialChart,
): SeatrialError {
  const kinds = all.filter((each) => "apiVersion" in each);
  const networks = all.filter((each) => "network" in each);
  const objects = all.filter((each) => "name" in each);
  const needs = [
    ...namesOf(
      objects.map(({ kind, name }) => `${kind} ${name}`),
      "which does not exist",
      "which do not exist",
    ),
    ...namesOf(
      kinds.map(({ kind, apiVersion }) => `the kind ${kind} of ${apiVersion}`),
      inputs.skipCrds === true ? SKIPPED : ADDED,
    ),
    ...namesOf(
      networks.map(({ network }) => `a cluster network with ${network}`),
      NOT_HERE,
    ),
  ];
  const users = findings.map(({ object }) => `  ${object?.kind} ${object?.namespace ?? ""}/${object?.name}`);
  const hints = [
    ...(objects.length === 0 ? [] : [objectsHint(objects, inputs, chart)]),
    ...(networks.length === 0 ? [] : ["check the chart on a cluster with such a network: `--provider existing`"]),
    ...(kinds.length === 0 ? [] : ["add `--crds PATH` with the CustomResourceDefinition"]),
  ];
  return new SeatrialError("SEATRIAL_NOT_CHECKED", [`The chart needs ${needs.join(", and ")}`, ...users].join("\n"), {
    hint: hints.join("; "),
  });
}

const NOT_HERE = "which this control plane does not have";
const ADDED = "which only containers of the chart could add, and containers are simulated";
const SKIPPED = "whose CustomResourceDefinition is in crds/, which --skip-crds leaves out";

function namesOf(all: readonly string[], one: string, several = one): string[] {
  const names = [...new Set(all)].sort();
  return names.length === 0 ? [] : [`${names.join(", ")}, ${names.length === 1 ? one : several}`];
}

function objectsHint(objects: readonly MissingObject[], inputs: TrialInputs, chart: TrialChart): string {
  const [first] = objects;
  const isNamespace = objects.every(({ kind, name }) => kind === "Namespace" && name === first?.name);
  if (!isNamespace || inputs.namespace !== undefined)
    return `add \`--given FILE\` with what is missing; ${inConfig("given: FILE", chart)}`;
  const name = first?.name;
  return `add \`--namespace ${name}\` to install the chart there, or \`--given FILE\` with the Namespace; ${inConfig(`namespace: ${name}`, chart)}`;
}
