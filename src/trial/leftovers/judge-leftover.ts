import { parseManifest } from "../../chart/manifest.ts";
import type { Finding } from "../../findings/finding.ts";
import { foreignMark, isHook, isKept } from "../../helm/annotations.ts";
import { type KubeObject, toObjectRef } from "../../kube/object-ref.ts";
import type { TemplateResult } from "../../release/results.ts";

interface Judgement {
  severity: Finding["severity"];
  reason: string;
  why: string;
  hint: string;
}

/** Why an object stays by design: `Kept` by its resource policy, `VolumeClaimKept` as the claim of a StatefulSet. */
export type KeptReason = "Kept" | "VolumeClaimKept";

/** Why Helm or Kubernetes keeps an object by rule, as the chart says or as for every chart; `undefined` for a leftover. */
export function whyKept(object: KubeObject, template: TemplateResult): KeptReason | undefined {
  const annotations = { ...findDocument(object, template)?.metadata.annotations, ...object.metadata.annotations };
  if (isKept(annotations)) return "Kept";
  const isClaim = object.kind === "PersistentVolumeClaim";
  return isClaim && isOfStatefulSet(object, template) ? "VolumeClaimKept" : undefined;
}

/** The finding for an object that still exists after the uninstall and is not kept by design. A hook is a warning. */
export function judgeLeftover(object: KubeObject, template: TemplateResult): Finding {
  const ref = toObjectRef(object);
  const document = findDocument(object, template);
  const source = document === undefined ? undefined : template.sourceOf(document);
  const { severity, reason, why, hint } = judge(object, document, template);
  return {
    severity,
    step: "leftovers",
    message: `it still exists after the uninstall: ${why}`,
    reason,
    object: ref,
    ...(source === undefined ? {} : { template: source.template }),
    hint,
  };
}

function findDocument({ kind, metadata }: KubeObject, template: TemplateResult): KubeObject | undefined {
  return template.documents.find((document) => document.kind === kind && document.metadata.name === metadata.name);
}

// The items of a List have no annotations of the List.
function isOfHook(object: KubeObject, { hooks }: TemplateResult): boolean {
  return hooks
    .flatMap(({ manifest, path }) => parseManifest(manifest, path))
    .some(({ object: { kind, metadata } }) => kind === object.kind && metadata.name === object.metadata.name);
}

function judge(object: KubeObject, document: KubeObject | undefined, template: TemplateResult): Judgement {
  const { metadata, kind } = object;
  const annotations = { ...document?.metadata.annotations, ...metadata.annotations };
  if (isHook(annotations) || isOfHook(object, template)) {
    return {
      severity: "warning",
      reason: "HookKept",
      why: "it is a hook, and Helm does not remove hooks with the release",
      hint: "annotate it with helm.sh/hook-delete-policy: hook-succeeded, or make it an ordinary object",
    };
  }
  if (kind === "Secret" && object.type === "helm.sh/release.v1") {
    return {
      severity: "error",
      reason: "ReleaseRecordKept",
      why: "it is Helm's record of the release",
      hint: "check whether a hook of the chart stops the uninstall half-way",
    };
  }
  if (metadata.deletionTimestamp !== undefined && (metadata.finalizers ?? []).length > 0) {
    return {
      severity: "error",
      reason: "FinalizerPending",
      why: `it waits for its finalizers: ${metadata.finalizers?.join(", ")}`,
      hint: "remove the finalizer from the template, or uninstall the controller that handles it last",
    };
  }
  const strange = document === undefined ? undefined : foreignMark(metadata, template);
  if (strange !== undefined) {
    return {
      severity: "error",
      reason: "NotOwned",
      why: `since 4.3, Helm skips objects that its release does not own, and ${strange}`,
      hint: `check what replaces the object or its metadata${writersOf(metadata)}: a hook of the same name, a policy or a webhook`,
    };
  }
  return {
    severity: "error",
    reason: "LeftBehind",
    why: document === undefined ? "something that the release started has created it" : "Helm did not remove it",
    hint: "make it a part of the release, or give it an owner reference to one",
  };
}

function writersOf({ managedFields }: KubeObject["metadata"]): string {
  const names = ((managedFields ?? []) as { manager?: string }[]).flatMap(({ manager }) => manager ?? []);
  const others = [...new Set(names)].filter((name) => !name.startsWith("helm"));
  return others.length === 0 ? "" : ` (${others.join(", ")} has written it)`;
}

function isOfStatefulSet(claim: KubeObject, template: TemplateResult): boolean {
  return template.all("StatefulSet").some((set) => {
    const spec = set.spec as { volumeClaimTemplates?: { metadata?: { name?: string } }[] } | undefined;
    return (spec?.volumeClaimTemplates ?? []).some(({ metadata }) =>
      claim.metadata.name?.startsWith(`${metadata?.name}-${set.metadata.name}-`),
    );
  });
}
