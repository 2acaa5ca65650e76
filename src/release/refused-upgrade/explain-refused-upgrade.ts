import type { ManifestDocument } from "../../chart/manifest.ts";
import { findDocument } from "../../findings/find-template.ts";
import type { Finding } from "../../findings/finding.ts";
import { tryReleaseDocuments } from "../../findings/release-documents.ts";
import type { HelmRelease } from "../../helm/types.ts";
import { serviceAddresses } from "../../sharing/addresses.ts";
import { type FieldChange, fieldChanges, formatPath, valueAt } from "./field-changes.ts";
import type { LiveRelease } from "./live-release.ts";
import { showChange } from "./show-change.ts";

const MAX_NOTES = 8;
// The words of the API server's validation for fields that cannot change.
const immutable =
  /immutable|may not be changed|may not change|cannot be changed|can ?not be (?:updated|unset)|updates to .* are forbidden|pod updates may not change|can not be less than status\.capacity|cannot change roleRef/i;

/** The release before and after an upgrade that failed. */
export interface RefusedUpgrade {
  before: LiveRelease;
  oldRelease: HelmRelease;
  newRelease: HelmRelease;
}

/**
 * The findings of an upgrade that the API server refused, with the old and the new value of the fields that cannot be changed,
 * and what this means for the users of the chart.
 */
export function explainRefusal(findings: readonly Finding[], upgrade: RefusedUpgrade): Finding[] {
  const [older, newer] = [tryReleaseDocuments(upgrade.oldRelease), tryReleaseDocuments(upgrade.newRelease)];
  return findings.map((finding) => {
    const { object } = finding;
    const renamed = explainAllocated(finding, upgrade.before, newer);
    if (renamed !== undefined) return renamed;
    const rival = /^conflicts? with "([^"]+)"/.exec(finding.message)?.[1];
    if (rival !== undefined) return explainConflict(finding, rival);
    if (object === undefined || finding.severity !== "error" || !immutable.test(finding.message)) return finding;
    const document = findDocument(newer, object);
    const changes = refusedChanges(finding, findDocument(older, object), document, upgrade.before);
    const shown = changes.slice(0, MAX_NOTES).map((change) => showChange(object, change));
    const fields = changes.length === 1 && changes[0] !== undefined ? formatPath(changes[0].path) : finding.field;
    const template = finding.template ?? (document?.template === "" ? undefined : document?.template);
    return {
      ...finding,
      message: shorten(finding.message),
      ...(fields === undefined ? {} : { field: fields }),
      ...(template === undefined ? {} : { template }),
      notes: [...shown, ...(finding.notes ?? [])],
      hint: finding.hint ?? hintFor(object.kind, object.name),
    };
  });
}

// Helm creates all objects of the new version before it deletes those that only the previous version has.
function explainAllocated(
  finding: Finding,
  { objects }: LiveRelease,
  newer: readonly ManifestDocument[],
): Finding | undefined {
  const { object, message, field } = finding;
  if (object?.kind !== "Service" || !/already allocated/.test(message)) return undefined;
  const wanted = findDocument(newer, object);
  if (wanted === undefined) return undefined;
  const addresses = serviceAddresses(wanted.object);
  for (const old of objects.values()) {
    const shared = old.kind === "Service" ? serviceAddresses(old).find((each) => addresses.includes(each)) : undefined;
    if (shared === undefined || old.metadata.name === object.name) continue;
    const { name } = old.metadata;
    return {
      ...finding,
      ...(wanted.template === "" || finding.template !== undefined ? {} : { template: wanted.template }),
      ...(field === undefined ? {} : { field }),
      notes: [
        `Service ${name} of the previous version has the ${shared} until Helm deletes it, after it has created the others`,
        ...(finding.notes ?? []),
      ],
      hint: `keep the name ${name}, or leave the ${shared.replace(/ \S+$/, "")} out: as it is, users have to delete the old Service before they upgrade (kubectl delete service ${name})`,
    };
  }
  return undefined;
}

function refusedChanges(
  { field, message, object }: Finding,
  older: ManifestDocument | undefined,
  newer: ManifestDocument | undefined,
  before: LiveRelease,
): FieldChange[] {
  if (newer === undefined || object === undefined) return [];
  const isConcerned = ({ path }: FieldChange) => {
    const name = formatPath(path);
    if (path[0] === "metadata") return false;
    if (field !== undefined && field !== "" && !name.startsWith(field) && !field.startsWith(name)) return false;
    return !permitted(message).includes(String(path[1]));
  };
  const live = [...before.objects.values()].find(
    ({ kind, metadata }) =>
      kind === object.kind &&
      metadata.name === object.name &&
      (object.namespace ?? metadata.namespace) === metadata.namespace,
  );
  const written = older === undefined ? [] : fieldChanges(older.object, newer.object).filter(isConcerned);
  if (written.length > 0) {
    return written.map((change) => ({ ...change, before: change.before ?? valueAt(live, change.path) }));
  }
  // A field that the API server has set, and that the chart sets now.
  if (live === undefined) return [];
  return fieldChanges(live, newer.object).filter((change) => change.after !== undefined && isConcerned(change));
}

// "updates to statefulset spec for fields other than 'replicas', 'ordinals', … are forbidden"
function permitted(message: string): string[] {
  const list = /for fields other than (.*?)(?: are forbidden|$)/.exec(message)?.[1] ?? "";
  return [...list.matchAll(/'([^']+)'/g)].map(([, name = ""]) => name);
}

// Server-side apply refuses a field that another manager has written since the installation.
function explainConflict(finding: Finding, rival: string): Finding {
  const field = finding.field?.replace(/^\./, "");
  const hint = `leave ${field ?? "the field"} out of the template: ${rival} writes it, and every upgrade would meet its value`;
  return { ...finding, ...(field === undefined ? {} : { field }), hint: finding.hint ?? hint };
}

// The API server quotes the whole value, in Go's syntax.
function shorten(message: string): string {
  const [, rest] =
    /^Invalid value: .*: ((?:field is immutable|may not be changed|field cannot)[^:]*)$/s.exec(message) ?? [];
  return rest === undefined ? message : `the upgrade is refused: ${rest}`;
}

function hintFor(kind: string, name: string): string {
  const command = `kubectl delete ${kind.toLowerCase()} ${name}${kind === "StatefulSet" ? " --cascade=orphan" : ""}`;
  const loss = kind === "PersistentVolumeClaim" ? ", and lose its data" : "";
  return `keep the old value, or use another name for the object: as it is, users have to delete it before they upgrade (${command})${loss}`;
}
