import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import { makeTempDir } from "../../../src/process/temp-dir.ts";

/** A chart with these files (`templates/a.yaml` …) in a directory of its name, removed when the test has finished. */
export async function writeChart(files: Record<string, string>, name = "demo"): Promise<string> {
  const { path, remove } = await makeTempDir("seatrial-charts-");
  onTestFinished(remove);
  const directory = join(path, name);
  const chart = { "Chart.yaml": `apiVersion: v2\nname: ${name}\nversion: 0.1.0\n`, ...files };
  for (const [file, text] of Object.entries(chart)) {
    await mkdir(dirname(join(directory, file)), { recursive: true });
    await writeFile(join(directory, file), text);
  }
  return directory;
}

/** A ConfigMap with this data, as a template. */
export function configMap(name: string, data: Record<string, string> = {}, more = ""): string {
  const lines = Object.entries(data).map(([key, value]) => `  ${key}: ${value}\n`);
  return `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n${more}data:\n${lines.join("")}`;
}

/** A CustomResourceDefinition of `example.com` whose objects have a `spec.size` of at most 9. */
export function definition(kind: string): string {
  const plural = `${kind.toLowerCase()}s`;
  return `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: ${plural}.example.com
spec:
  group: example.com
  scope: Namespaced
  names: { kind: ${kind}, plural: ${plural}, singular: ${kind.toLowerCase()}, listKind: ${kind}List }
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec:
              type: object
              properties:
                size: { type: integer, maximum: 9 }
`;
}

/** An object of {@link definition}. */
export function custom(kind: string, name: string, size = 1): string {
  return `apiVersion: example.com/v1\nkind: ${kind}\nmetadata:\n  name: ${name}\nspec:\n  size: ${size}\n`;
}
