import type { Finding } from "../../findings/finding.ts";
import { showChange, showValues } from "../../findings/show-change.ts";
import { type KubeObject, toObjectRef } from "../../kube/object-ref.ts";
import type { TemplateResult } from "../../release/results.ts";
import { type FieldChange, formatPath } from "../../util/field-changes.ts";
import { isChecksum, isNote } from "./generated-checksum.ts";
import type { LiveDifference } from "./live-differences.ts";
import { findRenewedCertificates, isBundle, type RenewedCertificates } from "./renewed-certificates.ts";

const MAX_NOTES = 8;
const RANDOM = "look for rand*, gen*, uuidv4, now and .Release.Revision in the template, also in what it includes";

/**
 * The findings of an upgrade to the same chart with the same values, one for each object that it changed. Checksums in the
 * metadata of other objects follow from a change: they are notes of its finding. `hookSecrets` are those of the upgrade. Labels and annotations that change are a
 * warning, because charts use them to restart Pods on purpose.
 */
export function judgeSameUpgrade(
  differences: readonly LiveDifference[],
  template: TemplateResult,
  hookSecrets: readonly KubeObject[] = [],
): Finding[] {
  const renewed = findRenewedCertificates(differences, hookSecrets);
  if (renewed.length === 0) return judgeDifferences(differences, template);
  const ofHooks = renewed.filter(({ secret }) => hookSecrets.includes(secret));
  const findings = [
    ...ofHooks.map(({ secret }) => regenerated(secret, template)),
    ...judgeDifferences(withoutBundles(differences, renewed), template),
  ];
  return findings.map((finding) => {
    const pair = renewed.find(({ secret }) => isAbout(finding, secret));
    return pair === undefined ? finding : toRenewal(finding, pair);
  });
}

function judgeDifferences(differences: readonly LiveDifference[], template: TemplateResult): Finding[] {
  const causes = differences.filter((difference) => !isConsequence(difference));
  if (causes.length === 0) return differences.map((difference) => toFinding(difference, template));
  const consequences = differences.filter(isConsequence).map(({ object }) => {
    return `${object.kind} ${object.metadata.name} changes with it: a checksum in it follows`;
  });
  return causes.map((cause, index) => {
    const finding = toFinding(withoutChecksums(cause), template);
    const notes = [...(finding.notes ?? []), ...(index === 0 ? consequences : [])];
    return notes.length === 0 ? finding : { ...finding, notes };
  });
}

function regenerated(secret: KubeObject, template: TemplateResult): Finding {
  const source = templateOf(secret, template);
  return {
    severity: "error",
    step: "upgrade",
    object: toObjectRef(secret),
    message: "an upgrade to the same chart with the same values generates it anew, by a hook",
    reason: "SecretRegenerated",
    ...(source === undefined ? {} : { template: source }),
  };
}

function isAbout({ object }: Finding, { kind, metadata }: KubeObject): boolean {
  return object?.kind === kind && object.name === metadata.name;
}

// What trusts a renewed certificate follows from it.
function withoutBundles(
  differences: readonly LiveDifference[],
  renewed: readonly RenewedCertificates[],
): LiveDifference[] {
  return differences.flatMap((difference): LiveDifference[] => {
    const isTrusting = renewed.some(({ trusting }) => trusting.includes(difference.object));
    if (difference.kind !== "changed" || !isTrusting) return [difference];
    const changes = difference.changes.filter((change) => !isBundle(change));
    return changes.length === 0 ? [] : [{ ...difference, changes }];
  });
}

// A common pattern of webhooks: nothing is refused, but a Pod may read the new certificate later than the API server trusts it.
function toRenewal(finding: Finding, { trusting }: RenewedCertificates): Finding {
  const names = trusting.map(
    ({ kind, metadata }) => `${kind} ${metadata.name} changes with it: its caBundle trusts the new certificate`,
  );
  return {
    ...finding,
    severity: "warning",
    notes: [...(finding.notes ?? []), ...names],
    hint: "until its Pods read the new certificate, calls of the webhook fail: reuse the stored one with `lookup`, or restart the Pods with a checksum of it",
  };
}

function isConsequence(difference: LiveDifference): boolean {
  return difference.kind === "changed" && difference.changes.every(isChecksum);
}

function withoutChecksums(difference: LiveDifference): LiveDifference {
  if (difference.kind !== "changed") return difference;
  return { ...difference, changes: difference.changes.filter((change) => !isChecksum(change)) };
}

function toFinding(difference: LiveDifference, template: TemplateResult): Finding {
  const { object } = difference;
  const what = difference.kind === "changed" ? judgeChanges(object, difference.changes) : existence[difference.kind];
  // A Job with the revision in its name is how charts run one with each upgrade.
  const severity = difference.kind !== "changed" && runsOnce(object) ? "warning" : "error";
  const finding: Finding = { severity, step: "upgrade", object: toObjectRef(object), ...what };
  const source = templateOf(object, template);
  return source === undefined ? finding : { ...finding, template: source };
}

function runsOnce({ kind }: KubeObject): boolean {
  return kind === "Job" || kind === "Pod";
}

const existence: Record<"added" | "removed" | "replaced", Pick<Finding, "message" | "reason" | "hint">> = {
  added: {
    message: "an upgrade to the same chart with the same values creates it",
    reason: "AddedByUpgrade",
    hint: "make its name the same each time, and render it in an installation, too",
  },
  removed: {
    message: "an upgrade to the same chart with the same values removes it",
    reason: "RemovedByUpgrade",
    hint: 'make its name the same each time, render it in upgrades, too, or annotate it with "helm.sh/resource-policy: keep"',
  },
  replaced: {
    message: "an upgrade to the same chart with the same values deletes it and creates another one of this name",
    reason: "ReplacedByUpgrade",
    hint: "check what the chart's hooks delete",
  },
};

function judgeChanges(object: KubeObject, changes: readonly FieldChange[]): Partial<Finding> & { message: string } {
  const [first] = changes;
  const isSecret = object.kind === "Secret" && changes.some(({ path }) => path[0] === "data");
  const count = `${changes.length} fields`;
  const shown = changes.slice(0, MAX_NOTES).map((change) => showChange(object, change));
  const more = changes.length > MAX_NOTES ? [`and ${changes.length - MAX_NOTES} more`] : [];
  const isSingle = first !== undefined && changes.length === 1;
  const values = isSingle ? `it: ${showValues(object, first)}` : count;
  return {
    severity: changes.every(isNote) ? "warning" : "error",
    message: `an upgrade to the same chart with the same values changes ${values}`,
    reason: isSecret ? "SecretRegenerated" : "ChangedByUpgrade",
    ...(isSingle ? { field: formatPath(first.path) } : { notes: [...shown, ...more] }),
    hint: isSecret ? SECRET : RANDOM,
  };
}

const SECRET =
  "reuse the stored value: read the Secret with `lookup` and generate a value only when it does not exist, or take the value " +
  "or the name of an existing Secret from the values";

function templateOf({ kind, metadata }: KubeObject, template: TemplateResult): string | undefined {
  const document = template.documents.find((each) => each.kind === kind && each.metadata.name === metadata.name);
  return document === undefined ? undefined : template.sourceOf(document)?.template;
}
