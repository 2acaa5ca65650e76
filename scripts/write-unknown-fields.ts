// Writes engine/internal/olderfields/unknown.json: the fields of the engine's version of Kubernetes that each version which it can
// emulate does not know. `npm exec -- node scripts/write-unknown-fields.ts` reads the API descriptions of Kubernetes' releases from
// the Go module proxy. To be run after an update of Kubernetes.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { packageRoot } from "../src/util/package-root.ts";

// The newest patches whose modules the proxy has.
const olderVersions = ["1.34.3", "1.35.4", "1.36.4"];

interface Property {
  $ref?: string;
  items?: Property;
  additionalProperties?: Property;
}

interface Definition {
  properties?: Record<string, Property>;
  "x-kubernetes-group-version-kind"?: unknown[];
}

type Definitions = Record<string, Definition>;

const engineDir = join(packageRoot, "engine");

async function readDefinitions(version: string): Promise<Definitions> {
  const { stdout } = await execa("go", ["mod", "download", "-json", `k8s.io/kubernetes@v${version}`], {
    cwd: engineDir,
  });
  const { Dir } = JSON.parse(stdout) as { Dir: string };
  const text = await readFile(join(Dir, "api", "openapi-spec", "swagger.json"), "utf8");
  return (JSON.parse(text) as { definitions: Definitions }).definitions;
}

/** The definitions that users write: those of objects, without the parts that only a status has. */
function writtenByUsers(definitions: Definitions): Set<string> {
  const seen = new Set<string>();
  const visit = (name: string) => {
    if (seen.has(name)) return;
    seen.add(name);
    for (const [key, property] of Object.entries(definitions[name]?.properties ?? {})) {
      const next = referenceOf(property);
      if (next !== undefined && !isStatus(definitions[name], key)) visit(next);
    }
  };
  for (const [name, definition] of Object.entries(definitions)) {
    const isStored = definition.properties?.metadata?.$ref?.endsWith(".ObjectMeta");
    if (isObject(definition) && isStored === true) visit(name);
  }
  return seen;
}

function isObject(definition: Definition | undefined): boolean {
  return definition?.["x-kubernetes-group-version-kind"] !== undefined;
}

function isStatus(definition: Definition | undefined, field: string): boolean {
  return isObject(definition) && field === "status";
}

function referenceOf({ $ref, items, additionalProperties }: Property): string | undefined {
  if ($ref !== undefined) return $ref.replace("#/definitions/", "");
  const inner = items ?? additionalProperties;
  return inner === undefined ? undefined : referenceOf(inner);
}

function unknownFields(newest: Definitions, older: Definitions): Record<string, string[]> {
  const unknown: Record<string, string[]> = {};
  for (const name of [...writtenByUsers(newest)].sort()) {
    const known = older[name]?.properties;
    // The version does not serve what has no definition.
    if (known === undefined) continue;
    const fields = Object.keys(newest[name]?.properties ?? {}).filter(
      (field) => !(field in known) && !isStatus(newest[name], field),
    );
    if (fields.length > 0) unknown[name] = fields.sort();
  }
  return unknown;
}

const mod = await readFile(join(engineDir, "go.mod"), "utf8");
const own = /^\tk8s\.io\/kubernetes v(\S+)/m.exec(mod)?.[1];
if (own === undefined) throw new Error("engine/go.mod requires no version of k8s.io/kubernetes");
const newest = await readDefinitions(own);
const result: Record<string, unknown> = {};
for (const version of olderVersions) {
  const [major, minor] = version.split(".");
  result[`${major}.${minor}`] = unknownFields(newest, await readDefinitions(version));
}
await writeFile(join(engineDir, "internal", "olderfields", "unknown.json"), `${JSON.stringify(result, null, 2)}\n`);
