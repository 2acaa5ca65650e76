import { ChartError } from "../errors/chart-error.ts";
import type { KubeObject } from "../kube/object-ref.ts";
import { isMapping } from "../util/is-mapping.ts";
import { isBlank, parseYaml, YamlSyntaxError } from "./yaml.ts";

/** One document of a rendered manifest. */
export interface ManifestDocument {
  object: KubeObject;
  /** The template that rendered it, as Helm names it: `web/templates/service.yaml`; empty when it is unknown. */
  template: string;
  /** The line of the manifest on which the document begins, 1-based. */
  line: number;
  text: string;
  /** Why it is not a Kubernetes object, such as "it has no kind". */
  problem?: string;
}

const SEPARATOR = /^---(\s.*)?$/;
const SOURCE = /^# Source: (.+)$/m;

/**
 * The documents of a manifest, in order; empty documents are left out and the items of a `List` are documents of their
 * own. Throws a `SEATRIAL_MANIFEST` error for text that is not a YAML mapping; a mapping that is not a Kubernetes object
 * has a `problem`. `template` is for manifests without `# Source:` comments, such as the manifests of hooks.
 */
export function parseManifest(manifest: string, template = ""): ManifestDocument[] {
  const documents: ManifestDocument[] = [];
  for (const { text, line } of splitDocuments(manifest)) {
    if (isBlank(text)) continue;
    const source = SOURCE.exec(text)?.[1]?.trim() ?? template;
    const value = parseDocument(text, source, line);
    if (value === undefined) continue;
    for (const item of flattenLists(value)) {
      const object = toObject(item, source, line);
      const problem = objectProblem(object);
      documents.push({ object, template: source, line, text, ...(problem === undefined ? {} : { problem }) });
    }
  }
  return documents;
}

/** The texts between lines of `---`, with the line on which each begins. */
export function splitDocuments(manifest: string): { text: string; line: number }[] {
  const documents: { text: string; line: number }[] = [];
  let lines: string[] = [];
  let line = 1;
  for (const [index, current] of manifest.split(/\r?\n/).entries()) {
    if (!current.startsWith("---") || !SEPARATOR.test(current)) {
      lines.push(current);
      continue;
    }
    documents.push({ text: lines.join("\n"), line });
    // Text after the dashes, on the same line, belongs to the document.
    lines = [current.slice(3).trim()];
    line = index + 1;
  }
  documents.push({ text: lines.join("\n"), line });
  return documents;
}

function parseDocument(text: string, template: string, line: number): unknown {
  try {
    return parseYaml(text);
  } catch (error) {
    if (!(error instanceof YamlSyntaxError)) throw error;
    const where = error.line === undefined ? "" : ` (line ${error.line} of the document)`;
    const isUnrendered = /(^|\/)crds\//.test(template) && text.includes("{{");
    const what = isUnrendered
      ? "is not valid YAML, and Helm renders no templates in crds/"
      : "does not render to valid YAML";
    throw new ChartError("SEATRIAL_MANIFEST", `${template || "The manifest"} ${what}: ${error.message}${where}`, {
      file: template,
      details: { manifestLine: line + (error.line ?? 1) - 1 },
      cause: error,
    });
  }
}

/**
 * The items of a list, also of a list inside another; any other value alone. As in Helm, an item of a `ConfigMapList` without
 * `apiVersion` and `kind` is a `ConfigMap` of the list's version, and so for every kind.
 */
export function flattenLists(value: unknown): unknown[] {
  const { apiVersion, kind, items } = (value ?? {}) as { apiVersion?: unknown; kind?: unknown; items?: unknown };
  if (typeof kind !== "string" || !kind.endsWith("List") || !Array.isArray(items)) return [value];
  const itemKind = kind.slice(0, -"List".length);
  const defaults = itemKind === "" ? {} : { apiVersion, kind: itemKind };
  return items.flatMap((item) => flattenLists(isMapping(item) ? { ...defaults, ...item } : item));
}

function toObject(value: unknown, template: string, line: number): KubeObject {
  if (isMapping(value)) return { ...value, metadata: toMetadata(value.metadata) } as KubeObject;
  const got = Array.isArray(value) ? "a list" : `${JSON.stringify(value)} (${typeof value})`;
  throw new ChartError(
    "SEATRIAL_MANIFEST",
    `${template || "The manifest"} does not render to a YAML mapping, but to ${got}`,
    {
      file: template,
      details: { manifestLine: line },
    },
  );
}

function objectProblem(object: Record<string, unknown>): string | undefined {
  for (const field of ["apiVersion", "kind"]) {
    const value = object[field];
    if (value === undefined || value === null || value === "") return `it has no ${field}`;
    if (typeof value !== "string") return `its ${field} is not a string but ${JSON.stringify(value)}`;
  }
  const { metadata } = object;
  if (typeof metadata !== "object" || metadata === null || Array.isArray(metadata))
    return "its metadata is not a mapping";
  return undefined;
}

// An empty namespace is the release's, as for Helm.
function toMetadata(metadata: unknown): unknown {
  if (!isMapping(metadata)) return metadata ?? {};
  const { namespace, ...others } = metadata;
  return namespace === null || namespace === "" ? others : metadata;
}
