import { SeatrialError } from "../errors/seatrial-error.ts";
import type { Finding } from "../findings/finding.ts";
import type { KubeObject } from "../kube/object-ref.ts";
import { inConfig } from "./config/in-config.ts";
import type { TrialInputs } from "./trial-inputs.ts";
import type { TrialChart } from "./trial-result.ts";

/** A cluster-scoped object that an object of the chart needs, and that does not exist. */
interface MissingObject {
  kind: string;
  name: string;
}

// The words of upstream's admission plug-ins (plugin/pkg/admission/{priority,runtimeclass}).
const refusals: readonly (readonly [string, RegExp])[] = [
  ["PriorityClass", /no PriorityClass with name (\S+) was found/],
  ["RuntimeClass", /pod rejected: RuntimeClass "([^"]+)" not found/],
];

/**
 * The findings of a dry run without those about namespaces and classes that do not exist: a cluster may have them, and an
 * installation creates those of the chart itself first. Throws `SEATRIAL_NOT_CHECKED` when nothing else is wrong, else they
 * become warnings.
 */
export function withoutMissingObjects(
  findings: readonly Finding[],
  documents: readonly KubeObject[],
  inputs: TrialInputs,
  chart: TrialChart,
): Finding[] {
  const isOwn = ({ kind, name }: MissingObject) =>
    documents.some((object) => object.kind === kind && object.metadata.name === name);
  const items = findings.map((finding) => ({ finding, missing: missingObject(finding) }));
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

function missingObject({ field, reason, message, object }: Finding): MissingObject | undefined {
  if (field === "metadata.namespace" && reason === "NotFound") {
    return { kind: "Namespace", name: object?.namespace ?? "" };
  }
  for (const [kind, words] of refusals) {
    const name = words.exec(message)?.[1];
    if (name !== undefined) return { kind, name };
  }
  return undefined;
}

function notChecked(
  all: readonly MissingObject[],
  findings: readonly Finding[],
  inputs: TrialInputs,
  chart: TrialChart,
): SeatrialError {
  const names = [...new Set(all.map(({ kind, name }) => `${kind} ${name}`))].sort();
  const objects = findings.map(({ object }) => `  ${object?.kind} ${object?.namespace ?? ""}/${object?.name}`);
  const [first] = all;
  const isNamespace = names.length === 1 && first?.kind === "Namespace" && inputs.namespace === undefined;
  const what =
    names.length === 1 ? `${names[0]}, which does not exist` : `objects that do not exist: ${names.join(", ")}`;
  return new SeatrialError("SEATRIAL_NOT_CHECKED", [`The chart needs ${what}`, ...objects].join("\n"), {
    hint: isNamespace
      ? `add \`--namespace ${first?.name}\` to install the chart there, or \`--given FILE\` with the Namespace; ${inConfig(`namespace: ${first?.name}`, chart)}`
      : `add \`--given FILE\` with what is missing; ${inConfig("given: FILE", chart)}`,
  });
}
