import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { ownChart } from "../support/charts.ts";
import { ChartText } from "./template/chart-text.ts";

/** A good chart with one set of values, into which faults are put. */
export interface Subject {
  /** `web`, or `web-public` for a case of its `ci/`. */
  name: string;
  chart: ChartText;
}

const catchesChart = (name: string) => fileURLToPath(new URL(`charts/${name}`, import.meta.url));

// The first one with a place for a fault gets it. Charts with definitions come late, because they are checked one at a time.
const own: [path: string, ...cases: string[]][] = [
  [ownChart("web"), "", "public"],
  [ownChart("store"), "", "ephemeral", "replicated"],
  [catchesChart("batch"), ""],
  [ownChart("web"), "replicas", "no-access"],
  [ownChart("platform"), "", "production", "api-only"],
  [catchesChart("monitored"), ""],
  [ownChart("operator"), "", "webhook", "backups"],
];

/** The good charts of this repository, then those of `paths` with their default values. */
export async function loadSubjects(paths: readonly string[] = []): Promise<Subject[]> {
  const charts = [...own, ...paths.map((path): [string, ...string[]] => [path, ""])];
  const subjects: Subject[] = [];
  for (const [path, ...cases] of charts) {
    for (const name of cases) {
      const chart = await ChartText.load(path, name === "" ? undefined : `ci/${name}-values.yaml`);
      subjects.push({ name: name === "" ? basename(path) : `${basename(path)}-${name}`, chart });
    }
  }
  return subjects;
}
