import type { ManifestFile } from "../../chart/manifest-files.ts";
import type { Allowance, ObjectPattern } from "../../findings/rules/allowance.ts";
import { objectKey, toObjectRef } from "../../kube/object-ref.ts";
import type { SkippableStep } from "../skippable-steps.ts";
import type { StepName } from "../trial-result.ts";

/** An error that a case must have. */
export interface ExpectedFailure {
  code: string;
  step?: StepName | undefined;
  object?: ObjectPattern | undefined;
  /** A part of the message. */
  message?: string | undefined;
  /** Why it must fail. */
  reason?: string | undefined;
  /** For people: `Invalid`, or `Invalid of Service/web in the step dry-run`. */
  text: string;
  /** The line of the file that has it: `ci/seatrial.yaml:12`. */
  at: string;
}

/** The namespace of a case. */
export interface NamespaceSettings {
  /** @default a new one */
  name?: string | undefined;
  labels?: Record<string, string> | undefined;
  annotations?: Record<string, string> | undefined;
}

/** The settings of a case in the files seatrial.yaml; options of the command line win. */
export interface CaseSettings {
  namespace: NamespaceSettings;
  releaseName?: string | undefined;
  timeout?: string | undefined;
  nodes?: number | undefined;
  isStrict?: boolean | undefined;
  /** Objects that exist before the chart is installed, for this case alone. */
  given: ManifestFile[];
  allowances: Allowance[];
  /** The errors that the case must have. @default it must pass */
  failures: ExpectedFailure[];
  /** Steps that are left out, with the line that says so. */
  skip: ReadonlyMap<SkippableStep, string>;
  /** The Kubernetes versions that the chart is for, such as `1.34`, and the line. @default any */
  kubeVersions?: { versions: readonly string[]; at: string } | undefined;
}

/** The settings of all charts, of a chart or of a case in one file. */
export interface Layer extends Partial<Omit<CaseSettings, "given" | "allowances" | "skip">> {
  /** Absolute paths of values files. */
  values: string[];
  given: ManifestFile[];
  allowances: Allowance[];
  skip: ReadonlyMap<SkippableStep, string>;
}

/** The settings that layers have together: later ones win; values, objects, allowances and skipped steps add up. */
export function mergeLayers(layers: readonly Layer[]): CaseSettings {
  const last = <Key extends keyof Layer>(key: Key): Layer[Key] | undefined =>
    layers.findLast((each) => each[key])?.[key];
  const given = layers.flatMap((layer) => layer.given);
  return {
    namespace: mergeNamespaces(layers),
    releaseName: last("releaseName"),
    timeout: last("timeout"),
    nodes: layers.findLast(({ nodes }) => nodes !== undefined)?.nodes,
    isStrict: layers.findLast(({ isStrict }) => isStrict !== undefined)?.isStrict,
    // Of the same object, that of the later layer.
    given: [...new Map(given.map((file) => [objectKey(toObjectRef(file.object)), file])).values()],
    allowances: layers.flatMap(({ allowances }) => allowances),
    failures: last("failures") ?? [],
    skip: new Map(layers.flatMap(({ skip }) => [...skip])),
    kubeVersions: last("kubeVersions"),
  };
}

function mergeNamespaces(layers: readonly Layer[]): NamespaceSettings {
  const all = layers.flatMap(({ namespace }) => namespace ?? []);
  const texts = (key: "labels" | "annotations") => {
    const merged = Object.assign({}, ...all.map((each) => each[key] ?? {})) as Record<string, string>;
    return Object.keys(merged).length === 0 ? undefined : merged;
  };
  const name = all.findLast((each) => each.name !== undefined)?.name;
  return { name, labels: texts("labels"), annotations: texts("annotations") };
}
