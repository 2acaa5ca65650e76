import { parseManifest } from "../../chart/manifest.ts";
import { findDocument } from "../../findings/find-template.ts";
import type { Finding } from "../../findings/finding.ts";
import type { HelmRelease } from "../../helm/types.ts";

// Helm's words (existingResourceConflict of helm.sh/helm/v4/pkg/action).
const refusal = /(\w+) "([^"]+)" in namespace "[^"]*" exists and cannot be imported into the current release/;

/**
 * The findings of an upgrade that Helm refused because an object exists that its release does not own; `undefined` when that is not
 * the reason. Says so when the object is a hook or a definition of the previous version.
 */
export function explainImport(findings: readonly Finding[], { hooks }: HelmRelease): Finding[] | undefined {
  if (!findings.some(({ message }) => refusal.test(message))) return undefined;
  const documents = hooks.flatMap(({ manifest, path }) => parseManifest(manifest, path));
  return findings.map((finding) => {
    const [, kind = "", name = ""] = refusal.exec(finding.message) ?? [];
    if (kind === "CustomResourceDefinition") return explainDefinition(finding, name);
    const hook = findDocument(documents, { apiVersion: "", kind, name });
    if (hook === undefined) return finding;
    const { apiVersion } = hook.object;
    return {
      ...finding,
      object: finding.object ?? { apiVersion, kind, name },
      notes: [
        `${kind} ${name}: it is a hook of the previous version, and Helm leaves hooks where they are, without the marks of the release`,
        ...(finding.notes ?? []),
      ],
      hint: `use another name for the object: as it is, users have to delete the hook before they upgrade (kubectl delete ${kind.toLowerCase()} ${name})`,
    };
  });
}

function explainDefinition(finding: Finding, name: string): Finding {
  return {
    ...finding,
    object: finding.object ?? { apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition", name },
    notes: [
      `CustomResourceDefinition ${name}: Helm installs crds/ without the marks of the release, and no release owns it`,
      ...(finding.notes ?? []),
    ],
    hint: "leave it in crds/: as it is, users have to upgrade with `helm upgrade --take-ownership`, and the uninstall deletes it with all objects of its kind",
  };
}
