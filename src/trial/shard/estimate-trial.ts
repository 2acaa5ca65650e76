import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { TrialPlan } from "../plan-trials.ts";

// Rounded from measurements of the charts of this repository. Only the relations matter.
const CASE_MS = 300;
const TEMPLATE_MS = 100;
// A hook or a test is a Pod that runs to its end.
const HOOK_MS = 300;
const LIBRARY_MS = 100;
const PACKED_BYTES_PER_TEMPLATE = 500;

/**
 * Estimates how long a trial takes, in milliseconds, from the number of templates and hooks in the chart and its dependencies.
 * It reads files only, and is the same on every machine with the same files.
 */
export async function estimateTrial({ chartPath, isLibrary }: TrialPlan): Promise<number> {
  if (isLibrary) return LIBRARY_MS;
  const found = await stat(chartPath).catch(() => undefined);
  if (found?.isFile() === true) return CASE_MS + toTemplates(found.size) * TEMPLATE_MS;
  return CASE_MS + (await estimateDirectory(chartPath));
}

async function estimateDirectory(chartPath: string): Promise<number> {
  const [templates, dependencies] = await Promise.all([
    list(join(chartPath, "templates"), true),
    list(join(chartPath, "charts"), false),
  ]);
  const ofTemplates = await Promise.all(templates.filter((file) => /\.ya?ml$/.test(file)).map(estimateTemplate));
  const ofDependencies = await Promise.all(dependencies.map(estimateDependency));
  return [...ofTemplates, ...ofDependencies].reduce((sum, ms) => sum + ms, 0);
}

async function estimateTemplate(file: string): Promise<number> {
  const text = await readFile(file, "utf8").catch(() => "");
  return /helm\.sh\/hook["']?\s*:/.test(text) ? TEMPLATE_MS + HOOK_MS : TEMPLATE_MS;
}

async function estimateDependency(path: string): Promise<number> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory() === true) return estimateDirectory(path);
  return found !== undefined && path.endsWith(".tgz") ? toTemplates(found.size) * TEMPLATE_MS : 0;
}

function toTemplates(packedBytes: number): number {
  return Math.ceil(packedBytes / PACKED_BYTES_PER_TEMPLATE);
}

// Symbolic links are not followed: a link to a directory above would have no end.
async function list(directory: string, recursive: boolean): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true, recursive }).catch(() => []);
  return entries.map((entry) => join(entry.parentPath, entry.name));
}
