import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { load } from "js-yaml";
import type { ControlPlane } from "../../src/plane/control-plane.ts";
import { templateChart } from "../../src/release/template-chart.ts";
import type { Place } from "./fault.ts";
import type { Mutant } from "./mutate.ts";
import { NAMESPACE, type SeededChart } from "./seeded-chart.ts";

/**
 * Writes the mutants, and the good charts that they come from, below `dir`. Throws if a good chart does not render, or if a chart
 * renders as before: then its fault is not in it.
 */
export async function seedMutants(
  mutants: readonly Mutant[],
  dir: string,
  plane: ControlPlane,
): Promise<SeededChart[]> {
  const bases = new Map<string, string>();
  const seeded: SeededChart[] = [];
  for (const { id, fault, subject, chart, place } of mutants) {
    const base = bases.get(subject.name) ?? join(dir, "good", subject.name);
    if (!bases.has(subject.name)) await subject.chart.save(base);
    bases.set(subject.name, base);
    const directory = join(dir, "faulty", id);
    await chart.save(directory);
    const { group, title, answer, steps, scene } = fault;
    const releaseName = String((load(subject.chart.read("Chart.yaml") ?? "") as { name?: unknown }).name);
    const kubeVersion = oldestVersion(scene?.args);
    const before = await render(base, { releaseName, plane, kubeVersion });
    const after = await render(directory, { releaseName, plane, kubeVersion });
    if (before === undefined) throw new Error(`the good chart ${subject.name} does not render`);
    if (place.file.startsWith("templates/") && after !== undefined && isSame(before, after))
      throw new Error(`the fault ${id} has no effect in ${subject.name}: it renders as before`);
    const names = namesIn(before, after, place);
    const more = { steps, scene, base, kubeVersion };
    const valuesFiles = await listCases(directory);
    seeded.push({ id, group, title, answer, place, directory, releaseName, valuesFiles, names, ...more });
  }
  return seeded;
}

function isSame(one: Rendering, other: Rendering): boolean {
  return one.texts.join("\n---\n") === other.texts.join("\n---\n");
}

interface Rendering {
  texts: string[];
  objects: { kind: string; name: string; file: string }[];
}

/** What a chart renders in an installation, in an upgrade and for another version; `undefined` if it does not render. */
async function render(
  directory: string,
  { releaseName, plane, kubeVersion }: { releaseName: string; plane: ControlPlane; kubeVersion: string | undefined },
): Promise<Rendering | undefined> {
  const namespace = "seeded";
  const ways = [{}, { isUpgrade: true }, ...(kubeVersion === undefined ? [] : [{ kubeVersion }])];
  const rendering: Rendering = { texts: [], objects: [] };
  for (const way of ways) {
    const options = { controlPlane: plane, releaseName, namespace, ...way };
    const result = await templateChart(directory, options).catch(() => undefined);
    if (result === undefined) return undefined;
    rendering.texts.push(result.manifest, ...result.hooks.map(({ manifest }) => manifest));
    for (const object of result.documents) {
      const [, ...file] = (result.sourceOf(object)?.template ?? "").split("/");
      rendering.objects.push({
        kind: object.kind,
        name: (object.metadata?.name ?? "").replace(namespace, NAMESPACE),
        file: file.join("/"),
      });
    }
  }
  return rendering;
}

/** The names that the object at fault may have: in the good chart, and in the chart with the fault. */
function namesIn(base: Rendering, faulty: Rendering | undefined, { kind, file }: Place): string[] {
  const own = faulty?.objects.filter((object) => object.kind === kind) ?? [];
  // The kind itself may be at fault: then it is another one in the good chart.
  const kept = base.objects.filter((object) => object.kind === kind);
  const all = [...(kept.length > 0 ? kept : base.objects), ...own].filter((object) => object.file === file);
  return [...new Set(all.map(({ name }) => name).filter((name) => name !== ""))];
}

async function listCases(directory: string): Promise<string[]> {
  const files = await readdir(join(directory, "ci")).catch(() => []);
  return files.filter((file) => file.endsWith("-values.yaml")).map((file) => join(directory, "ci", file));
}

// Of several versions, the fault is in the oldest one.
function oldestVersion(args: readonly string[] = []): string | undefined {
  const index = args.indexOf("--kube-versions");
  return index < 0 ? undefined : args[index + 1]?.split(",")[0];
}
