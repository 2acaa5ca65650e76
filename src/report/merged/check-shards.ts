import { UsageError } from "../../errors/usage-error.ts";
import { formatShard } from "../../trial/shard/shard.ts";
import type { ReadReport } from "./read-json-report.ts";

const SAME = "merge the reports of one run: all shards of the same commit, with the same options and --shard-times";

/** Checks that reports are all shards of one run. Throws `SEATRIAL_USAGE`. */
export function checkShards(reports: readonly ReadReport[]): void {
  const shards = reports.map(({ file, report: { shard, controlPlane, trials } }) => {
    if (shard === undefined) {
      throw refuse(`${file} is not the report of a shard`, "make it with `seatrial check --shard INDEX/COUNT --json`");
    }
    return { file, trials, isRun: controlPlane !== null, ...shard };
  });
  const first = shards[0];
  if (first === undefined) throw refuse("there is no report", "name the JSON report of each shard");
  const other = shards.find(({ count }) => count !== first.count);
  if (other !== undefined) {
    throw refuse(`${first.file} is ${formatShard(first)}, but ${other.file} is ${formatShard(other)}`, SAME);
  }
  for (const [position, shard] of shards.entries()) {
    const twin = shards.slice(0, position).find(({ index }) => index === shard.index);
    if (twin !== undefined) throw refuse(`${twin.file} and ${shard.file} are both ${formatShard(shard)}`, SAME);
  }
  const missing = Array.from({ length: first.count }, (_, at) => at + 1).filter(
    (index) => !shards.some((shard) => shard.index === index),
  );
  if (missing.length > 0) {
    const names = missing.map((index) => formatShard({ index, count: first.count })).join(", ");
    throw refuse(
      `${names} is missing`,
      "a shard that could not start has a report, too: keep the file when the job fails",
    );
  }
  checkCases(shards.filter(({ isRun }) => isRun));
  checkControlPlanes(reports);
}

function checkCases(
  shards: readonly (Pick<ReadReport, "file"> & {
    plan?: string;
    caseCount?: number;
    positions?: number[];
    trials: { id: string }[];
  })[],
): void {
  const seen = new Map<string, string>();
  for (const { file, trials } of shards) {
    for (const { id } of trials) {
      const before = seen.get(id);
      if (before !== undefined) throw refuse(`the case ${id} is in ${before} and in ${file}`, SAME);
      seen.set(id, file);
    }
  }
  const [first] = shards;
  const differs = shards.find(({ plan, caseCount }) => plan !== first?.plan || caseCount !== first?.caseCount);
  if (first !== undefined && differs !== undefined) {
    throw refuse(`${first.file} and ${differs.file} divided different cases, or divided them differently`, SAME);
  }
  const incomplete = shards.find(({ trials, positions }) => trials.length !== positions?.length);
  if (incomplete !== undefined) throw refuse(`${incomplete.file} does not have all cases of its shard`, SAME);
}

function checkControlPlanes(reports: readonly ReadReport[]): void {
  const run = reports.flatMap(({ file, report: { controlPlane } }) =>
    controlPlane === null ? [] : [{ file, controlPlane }],
  );
  const [first] = run;
  if (first === undefined) return;
  for (const name of ["provider", "kubernetes", "helm", "pods", "controllers"] as const) {
    const other = run.find(({ controlPlane }) => controlPlane[name] !== first.controlPlane[name]);
    if (other === undefined) continue;
    const values = `${name} is ${first.controlPlane[name]} in ${first.file} and ${other.controlPlane[name]} in ${other.file}`;
    throw refuse(`the shards ran on different control planes: ${values}`, SAME);
  }
}

function refuse(problem: string, hint: string): UsageError {
  return new UsageError(`merge-reports: ${problem}`, { hint });
}
