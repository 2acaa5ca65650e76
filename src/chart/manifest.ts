import { ChartError } from "../errors/chart-error.ts";
import type { KubeObject } from "../kube/object-ref.ts";
import { isBlank, parseYaml, YamlSyntaxError } from "./yaml.ts";

/** One document of a rendered manifest. */
export interface ManifestDocument {
  object: KubeObject;
  /** The template that made it, as Helm names it: `web/templates/service.yaml`; empty when it is not told. */
  template: string;
  /** The line of the manifest on which the document begins, 1-based. */
  line: number;
  text: string;
}

const SEPARATOR = /^---(\s.*)?$/;
const SOURCE = /^# Source: (.+)$/m;

/**
 * The documents of a manifest, in order; empty ones are left out and the items of a `List` are documents of their own.
 * Throws a `SEATRIAL_MANIFEST` error for text that is no YAML or no object. `template` is for manifests without
 * `# Source:` comments, such as those of hooks.
 */
export function parseManifest(manifest: string, template = ""): ManifestDocument[] {
  const documents: ManifestDocument[] = [];
  for (const { text, line } of splitDocuments(manifest)) {
    if (isBlank(text)) continue;
    const source = SOURCE.exec(text)?.[1]?.trim() ?? template;
    const value = parseDocument(text, source, line);
    if (value === undefined) continue;
    for (const object of flatten(value)) documents.push({ object: checkObject(object, source, line), template: source, line, text });
  }
  return documents;
}

/** The texts between lines of `---`, with the line on which each begins. */
export function splitDocuments(manifest: string): { text: string; line: number }[] {
  const documents: { text: string; line: number }[] = [];
  let lines: string[] = [];
  let line = 1;
  for (const [index, current] of manifest.split(/\r?\n/).entries()) {
    if (!SEPARATOR.test(current)) {
      lines.push(current);
      continue;
    }
    documents.push({ text: lines.join("\n"), line });
    // What follows the dashes on their line belongs to the document.
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
    throw new ChartError("SEATRIAL_MANIFEST", `${template || "The manifest"} renders to no valid YAML: ${error.message}${where}`, {
      file: template,
      details: { manifestLine: line + (error.line ?? 1) - 1 },
      cause: error,
    });
  }
}

function flatten(value: unknown): unknown[] {
  const list = value as { kind?: unknown; items?: unknown };
  const isList = typeof list.kind === "string" && list.kind.endsWith("List") && Array.isArray(list.items);
  return isList ? (list.items as unknown[]).flatMap(flatten) : [value];
}

function checkObject(value: unknown, template: string, line: number): KubeObject {
  const problem = objectProblem(value);
  if (problem === undefined) {
    const object = value as KubeObject;
    return object.metadata === undefined || object.metadata === null ? { ...object, metadata: {} } : object;
  }
  throw new ChartError("SEATRIAL_MANIFEST", `${template || "The manifest"} renders to no Kubernetes object: ${problem}`, {
    file: template,
    details: { manifestLine: line },
  });
}

function objectProblem(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return `expected a mapping, got ${Array.isArray(value) ? "a list" : `${JSON.stringify(value)} (${typeof value})`}`;
  }
  const object = value as Record<string, unknown>;
  for (const field of ["apiVersion", "kind"]) {
    if (typeof object[field] !== "string" || object[field] === "") return `it has no ${field}`;
  }
  const { metadata } = object;
  if (metadata !== undefined && metadata !== null && (typeof metadata !== "object" || Array.isArray(metadata))) {
    return `its metadata is no mapping`;
  }
  return undefined;
}
