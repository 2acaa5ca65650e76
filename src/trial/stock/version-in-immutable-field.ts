import type { ManifestDocument } from "../../chart/manifest.ts";
import { templateLine } from "../../chart/template-line.ts";
import { findDocument } from "../../findings/find-template.ts";
import type { Finding } from "../../findings/finding.ts";
import { showChange } from "../../findings/show-change.ts";
import { isHook } from "../../helm/annotations.ts";
import type { HelmTemplateAnswer } from "../../helm/types.ts";
import { type KubeObject, toObjectRef } from "../../kube/object-ref.ts";
import { type FieldChange, formatPath } from "../../util/field-changes.ts";
import { isMapping } from "../../util/is-mapping.ts";
import { immutableChanges, immutableKinds } from "./immutable-fields.ts";
import { nextText, nextVersion } from "./next-version.ts";
import { relevantDocuments, renderAgain, type StockSubject } from "./stock-rendering.ts";

const MAX_NOTES = 8;

interface Changed {
  object: KubeObject;
  changes: FieldChange[];
}

/** A finding for each object that an upgrade could not change if only the chart's version and its appVersion were raised. */
export async function versionsInImmutableFields(subject: StockSubject): Promise<Finding[]> {
  const { chart, documents, manifest } = subject.rendered;
  if (!immutableKinds.test(manifest)) return [];
  const chartVersion = nextVersion(chart.version);
  const appVersion = chart.appVersion === undefined ? undefined : nextText(chart.appVersion);
  const bumped = await renderAgain(subject, {}, { chartVersion, appVersion });
  const changed = compare(documents, bumped);
  if (changed.length === 0) return [];
  // A value that differs in each rendering is not the version's doing: the step upgrade reports it.
  const random = compare(documents, await renderAgain(subject, {}));
  const keyOf = (object: KubeObject, { path }: FieldChange) => JSON.stringify([toObjectRef(object), path]);
  const known = new Set(random.flatMap(({ object, changes }) => changes.map((change) => keyOf(object, change))));
  const own = changed.map(({ object, changes }) => {
    return { object, changes: changes.filter((change) => !known.has(keyOf(object, change))) };
  });
  const versions = { chart: [chart.version, chartVersion], app: [chart.appVersion ?? "", appVersion ?? ""] } as const;
  return Promise.all(own.filter(({ changes }) => changes.length > 0).map((each) => toFinding(each, subject, versions)));
}

function compare(documents: readonly KubeObject[], answer: HelmTemplateAnswer | undefined): Changed[] {
  if (answer === undefined) return [];
  const after = relevantDocuments(answer.manifest, (text) => immutableKinds.test(text));
  return documents
    .filter(({ metadata }) => !isHook(metadata.annotations))
    .flatMap((object) => {
      const changes = immutableChanges(object, counterpart(object, after));
      return changes.length === 0 ? [] : [{ object, changes }];
    });
}

// An object with another name is created anew.
function counterpart(object: KubeObject, documents: readonly ManifestDocument[]): KubeObject {
  return findDocument(documents, toObjectRef(object))?.object ?? object;
}

type Versions = Record<"chart" | "app", readonly [string, string]>;

async function toFinding(
  { object, changes }: Changed,
  { chartPath, rendered }: StockSubject,
  versions: Versions,
): Promise<Finding> {
  const [first] = changes;
  const template = rendered.sourceOf(object)?.template;
  const line =
    template === undefined || first === undefined
      ? undefined
      : await templateLine(chartPath, { template, kind: object.kind, path: first.path });
  const isOnce = object.kind === "Job" && isMapping(object.spec) && object.spec.ttlSecondsAfterFinished !== undefined;
  const command = `kubectl delete ${object.kind.toLowerCase()} ${object.metadata.name}`;
  const cascade = object.kind === "StatefulSet" ? " --cascade=orphan" : "";
  return {
    // Such a Job is often gone by the next upgrade.
    severity: isOnce ? "warning" : "error",
    step: "template",
    message: `${causeOf(changes, versions)} changes a field that is immutable: the next version of the chart cannot be an upgrade of this one`,
    reason: "VersionInImmutableField",
    object: toObjectRef(object),
    ...(first === undefined ? {} : { field: formatPath(first.path) }),
    ...(template === undefined ? {} : { template }),
    ...(line === undefined ? {} : { line }),
    notes: changes.slice(0, MAX_NOTES).map((change) => showChange(object, change)),
    hint: `${advice(object)}: as it is, users have to delete the object before every upgrade (${command}${cascade})`,
  };
}

function causeOf(changes: readonly FieldChange[], { chart, app }: Versions): string {
  const has = (value: unknown, version: string) => version !== "" && JSON.stringify(value ?? "").includes(version);
  const isOf = ([older, newer]: readonly [string, string]) =>
    changes.some(({ before, after }) => has(before, older) && has(after, newer));
  if (isOf(chart)) return `a new chart version (${chart.join(" → ")})`;
  if (isOf(app)) return `a new appVersion (${app.join(" → ")})`;
  return "a new version of the chart or of its app";
}

function advice({ kind }: KubeObject): string {
  if (kind === "Job") return "put the version into the Job's name, or make the Job a hook";
  return "leave the version out of this field";
}
