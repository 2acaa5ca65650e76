import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The directory of this checkout. */
export const repositoryRoot = fileURLToPath(new URL("../..", import.meta.url));

const chartsDir = join(repositoryRoot, "charts");

/** The path of one of the repository's own charts. */
export function ownChart(name: string): string {
  return join(chartsDir, name);
}

/** The paths of the repository's own charts. */
export async function ownCharts(): Promise<string[]> {
  const entries = await readdir(chartsDir, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => ownChart(name));
}
