import type { JsonValue } from "../errors/seatrial-error.ts";
import type { KubeObject } from "../kube/object-ref.ts";
import { type Hide, makeHide } from "../util/text/hide-secrets.ts";
import { maskSecrets } from "../util/text/mask-secrets.ts";
import { flattenLists, splitDocuments } from "./manifest.ts";
import { formatYaml, isBlank, parseYaml } from "./yaml.ts";

// A cheap check for texts that are not manifests; a List may contain Secrets.
const mayHoldSecret = /\bkind["']?\s*:\s*["']?(Secret|\w*List)\b/;
const isSecretText = /\bkind["']?\s*:\s*["']?Secret\b/;

/** The Secrets of a manifest; documents that cannot be read are left out. */
export function secretsIn(manifest: string): KubeObject[] {
  if (!mayHoldSecret.test(manifest)) return [];
  return splitDocuments(manifest)
    .flatMap(({ text }) => flattenLists(tryParse(text)) as KubeObject[])
    .filter((object) => object?.kind === "Secret");
}

/**
 * A manifest whose Secrets have `*** (12 characters)` instead of their data, which is also hidden in the other documents.
 * Documents without a Secret keep their form; a Secret that is not valid YAML is left out.
 */
export function maskManifest(manifest: string): string {
  if (!mayHoldSecret.test(manifest)) return manifest;
  const hide = makeHide(secretsIn(manifest));
  const texts = splitDocuments(manifest).map(({ text }) => maskDocument(text, hide));
  const parts = texts.map((text, index) => (index === 0 ? text : `---${/^(\n|$)/.test(text) ? "" : " "}${text}`));
  // There is no document before a separator on the first line.
  return (manifest.startsWith("---") ? parts.slice(1) : parts).join("\n");
}

function maskDocument(text: string, hide: Hide): string {
  if (isBlank(text)) return text;
  const value = tryParse(text);
  const [, start = "", end = ""] = /^(\n?)[\s\S]*?(\n?)$/.exec(text) ?? [];
  if (value === undefined)
    return isSecretText.test(text) ? `${start}# a Secret that is not valid YAML${end}` : hide(text);
  if (!(flattenLists(value) as KubeObject[]).some((object) => object?.kind === "Secret")) return hide(text);
  const source = /^# Source: .*\n/m.exec(text)?.[0] ?? "";
  return `${start}${source}${hide(formatYaml(maskSecrets(value as JsonValue)).trimEnd())}${end}`;
}

function tryParse(text: string): unknown {
  try {
    return parseYaml(text);
  } catch {
    return undefined;
  }
}
