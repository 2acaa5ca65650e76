import type { ManifestDocument } from "../../chart/manifest.ts";
import { templateLine } from "../../chart/template-line.ts";
import { findDocument } from "../../findings/find-template.ts";
import type { Finding } from "../../findings/finding.ts";
import { hookEventsOf } from "../../findings/hook-events.ts";
import { tryReleaseDocuments } from "../../findings/release-documents.ts";
import { showChange } from "../../findings/show-change.ts";
import type { HelmRelease } from "../../helm/types.ts";
import type { KubeObject } from "../../kube/object-ref.ts";
import { formatPath } from "../../util/field-changes.ts";
import { explainAllocated } from "./allocated-address.ts";
import { isImmutable, refusedChanges } from "./refused-changes.ts";

const MAX_NOTES = 8;

// The controllers that run in the engine write under the name of its program.
const ENGINE = "seatrial-engine";

/** A revision of a release, as far as its objects are concerned. */
type Revision = Pick<HelmRelease, "manifest" | "hooks">;

/** An upgrade that the API server has refused, or would refuse. */
export interface RefusedUpgrade {
  /** The path of the chart. Without it, findings have no lines. */
  chart?: string | undefined;
  /** The live objects before the upgrade. */
  objects: Iterable<KubeObject>;
  oldRelease: Revision;
  newRelease: Revision;
}

/**
 * The findings of an upgrade that the API server refuses, with the old and the new value of the fields that cannot be changed,
 * the line of the template, and what this means for the users of the chart.
 */
export async function explainRefusedUpgrade(findings: readonly Finding[], upgrade: RefusedUpgrade): Promise<Finding[]> {
  const [older, newer] = [tryReleaseDocuments(upgrade.oldRelease), tryReleaseDocuments(upgrade.newRelease)];
  const objects = [...upgrade.objects];
  return Promise.all(
    findings.map(async (finding) => {
      const { object } = finding;
      const renamed = explainAllocated(finding, objects, newer);
      if (renamed !== undefined) return renamed;
      const rival = /^conflicts? with "([^"]+)"/.exec(finding.message)?.[1];
      if (rival !== undefined) return explainConflict(finding, rival);
      if (object === undefined || finding.severity !== "error" || !isImmutable(finding)) return finding;
      const document = findDocument(newer, object);
      const changes = refusedChanges(finding, findDocument(older, object)?.object, document?.object, objects);
      const [first] = changes;
      const field = changes.length === 1 && first !== undefined ? formatPath(first.path) : finding.field;
      const template = finding.template ?? (document?.template === "" ? undefined : document?.template);
      const path = first?.path ?? parsePath(field);
      const line =
        finding.line ??
        (template === undefined || upgrade.chart === undefined
          ? undefined
          : await templateLine(upgrade.chart, { template, kind: object.kind, path }));
      return {
        ...finding,
        message: shorten(finding.message),
        ...(field === undefined ? {} : { field }),
        ...(template === undefined ? {} : { template }),
        ...(line === undefined ? {} : { line }),
        notes: [
          ...changes.slice(0, MAX_NOTES).map((change) => showChange(object, change)),
          ...(changes.length > MAX_NOTES ? [`and ${changes.length - MAX_NOTES} more`] : []),
          ...(finding.notes ?? []),
        ],
        hint: finding.hint ?? (isHook(document) ? HOOK : hintFor(object.kind, object.name)),
      };
    }),
  );
}

// The API server's `spec.ports[0].port`; the indices do not matter for a line.
function parsePath(field: string | undefined): string[] {
  return field?.replace(/\[\d+\]/g, "").split(".") ?? [];
}

// Server-side apply refuses a field that another manager has written since the installation.
function explainConflict(finding: Finding, rival: string): Finding {
  const field = finding.field?.replace(/^\./, "");
  const writer = rival === ENGINE ? "a controller of Kubernetes" : rival;
  const hint = `leave ${field ?? "the field"} out of the template: ${writer} writes it, and every upgrade would meet its value`;
  const message = finding.message.replace(`"${ENGINE}"`, writer);
  return { ...finding, message, ...(field === undefined ? {} : { field }), hint: finding.hint ?? hint };
}

// The API server quotes the whole value, in Go's syntax.
function shorten(message: string): string {
  const [, rest] =
    /^Invalid value: .*: ((?:field is immutable|may not be changed|field cannot)[^:]*)$/s.exec(message) ?? [];
  return rest === undefined ? message : `the upgrade is refused: ${rest}`;
}

// Helm has not deleted it, because of its policy: without one, it would have.
const HOOK =
  "annotate the hook with helm.sh/hook-delete-policy: before-hook-creation, so that Helm deletes the hook of the previous version first";

function isHook(document: ManifestDocument | undefined): boolean {
  return document !== undefined && hookEventsOf(document.object, "upgrade").length > 0;
}

const losses: Record<string, string> = {
  PersistentVolumeClaim: "its data",
  CustomResourceDefinition: "all objects of its kind",
};

function hintFor(kind: string, name: string): string {
  const command = `kubectl delete ${kind.toLowerCase()} ${name}${kind === "StatefulSet" ? " --cascade=orphan" : ""}`;
  const loss = losses[kind] === undefined ? "" : `, and lose ${losses[kind]}`;
  const renaming = kind === "PersistentVolumeClaim" ? "" : ", or use another name for the object";
  return `keep the old value${renaming}: as it is, users have to delete it before they upgrade (${command})${loss}`;
}
