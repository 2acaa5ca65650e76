import { parseManifest, splitDocuments } from "../../chart/manifest.ts";
import { isHook } from "../annotations.ts";
import type { HelmHook } from "../types.ts";

/** The manifest and the hooks in the output of `helm template`, which prints both. */
export function readTemplateOutput(output: string): { manifest: string; hooks: HelmHook[] } {
  const manifest: string[] = [];
  const hooks: HelmHook[] = [];
  for (const { text } of splitDocuments(output)) {
    if (text.trim() === "") continue;
    const [document] = parseManifest(text);
    const annotations = document?.object.metadata.annotations;
    if (document === undefined || !isHook(annotations)) {
      manifest.push(`---\n${text.replace(/^\n/, "")}`);
      continue;
    }
    const { object, template } = document;
    hooks.push({
      name: object.metadata.name ?? "",
      kind: object.kind,
      path: template,
      // Helm's own hooks have no comment with their source.
      manifest: text.replace(/^\s*# Source: .*\n/, ""),
      events: listOf(annotations?.["helm.sh/hook"]),
      weight: Number(annotations?.["helm.sh/hook-weight"] ?? 0),
      deletePolicies: listOf(annotations?.["helm.sh/hook-delete-policy"]),
    });
  }
  return { manifest: manifest.join("\n"), hooks };
}

function listOf(text: string | undefined): string[] {
  return (text ?? "")
    .split(",")
    .map((word) => word.trim())
    .filter((word) => word !== "");
}
