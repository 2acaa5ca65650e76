import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { loadAll } from "js-yaml";
import type { ControlPlane } from "../../../src/plane/control-plane.ts";
import { isMapping } from "../../../src/util/is-mapping.ts";

type Schema = Record<string, unknown>;

interface OpenApi {
  definitions: Record<string, Schema>;
}

interface GroupVersionKind {
  group: string;
  version: string;
  kind: string;
}

/**
 * Writes a strict JSON schema for every kind that the control plane serves, with the names that kubeconform looks for, as
 * kubernetes-json-schema has them for released versions: no other fields, null for optional fields, numbers for quantities.
 */
export async function writeJsonSchemas(plane: ControlPlane, directory: string): Promise<string> {
  const { body } = await plane.kube.transport.request({ method: "GET", path: "/openapi/v2" });
  const { definitions: published } = body as OpenApi;
  const definitions = Object.fromEntries(
    Object.entries(published).map(([name, schema]) => [
      name,
      name.endsWith(".api.resource.Quantity") ? { oneOf: [{ type: "string" }, { type: "number" }] } : toStrict(schema),
    ]),
  );
  // One file with all definitions: each schema is only a reference into it.
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, "definitions.json"), JSON.stringify({ definitions }));
  for (const [name, schema] of Object.entries(published)) {
    const kinds = schema["x-kubernetes-group-version-kind"];
    if (!Array.isArray(kinds)) continue;
    for (const kind of kinds as GroupVersionKind[]) {
      const reference = { $ref: `definitions.json#/definitions/${name}` };
      await writeFile(join(directory, fileName(kind)), JSON.stringify(reference));
    }
  }
  return directory;
}

/** Writes the schemas of the definitions in a chart's `crds/`. Returns the directories to look in: none without definitions. */
export async function writeDefinitionSchemas(chart: string, directory: string): Promise<string[]> {
  const definitions = await readDefinitions(chart);
  if (definitions.length === 0) return [];
  await mkdir(directory, { recursive: true });
  for (const { group, kind, version, schema } of definitions) {
    const open = { apiVersion: { type: "string" }, kind: { type: "string" }, metadata: { type: "object" } };
    const own = isMapping(schema.properties) ? schema.properties : {};
    const strict = toStrict({ ...schema, properties: { ...open, ...own } });
    await writeFile(join(directory, fileName({ group, kind, version })), JSON.stringify(strict));
  }
  return [directory];
}

/** Whether a chart has files in `crds/`. */
export async function hasDefinitions(chart: string): Promise<boolean> {
  return (await readdir(join(chart, "crds")).catch(() => [])).length > 0;
}

function fileName({ group, version, kind }: GroupVersionKind): string {
  const [firstPart = ""] = group.split(".");
  return `${[kind, firstPart, version].filter((part) => part !== "").join("-")}.json`.toLowerCase();
}

async function readDefinitions(chart: string): Promise<(GroupVersionKind & { schema: Schema })[]> {
  const directory = join(chart, "crds");
  const found: (GroupVersionKind & { schema: Schema })[] = [];
  for (const name of await readdir(directory).catch(() => [])) {
    for (const each of loadAll(await readFile(join(directory, name), "utf8"))) {
      if (!isMapping(each) || !isMapping(each.spec)) continue;
      const { group, names, versions } = each.spec as { group: string; names: { kind: string }; versions: Schema[] };
      for (const { name: version, schema } of versions ?? []) {
        const { openAPIV3Schema } = (schema ?? {}) as { openAPIV3Schema?: Schema };
        if (openAPIV3Schema === undefined) continue;
        found.push({ group, kind: names.kind, version: String(version), schema: openAPIV3Schema });
      }
    }
  }
  return found;
}

/** The schema without what JSON schemas do not know, closed against other fields. */
function toStrict(schema: Schema): Schema {
  if (schema["x-kubernetes-int-or-string"] === true || schema.format === "int-or-string")
    return { oneOf: [{ type: "string" }, { type: "integer" }] };
  const {
    type,
    properties,
    required,
    items,
    additionalProperties,
    $ref,
    enum: values,
    minimum,
    maximum,
    pattern,
  } = schema;
  if (typeof $ref === "string") return { $ref: $ref.replace("#/", "definitions.json#/") };
  const strict: Schema = { type, required, enum: values, minimum, maximum, pattern };
  if (isMapping(items)) strict.items = toStrict(items);
  if (isMapping(additionalProperties)) strict.additionalProperties = toStrict(additionalProperties);
  if (isMapping(properties)) {
    const needed = new Set(Array.isArray(required) ? required : []);
    strict.properties = Object.fromEntries(
      Object.entries(properties as Record<string, Schema>).map(([name, property]) => {
        const own = toStrict(property);
        const isOptional = typeof own.type === "string" && own.enum === undefined && !needed.has(name);
        return [name, isOptional ? { ...own, type: [own.type, "null"] } : own];
      }),
    );
    const isOpen = schema["x-kubernetes-preserve-unknown-fields"] === true;
    if (!isOpen && additionalProperties === undefined) strict.additionalProperties = false;
  }
  return Object.fromEntries(Object.entries(strict).filter(([, value]) => value !== undefined));
}
