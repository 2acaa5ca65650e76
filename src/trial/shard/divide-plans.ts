import { createHash } from "node:crypto";
import { UsageError } from "../../errors/usage-error.ts";
import type { TrialPlan } from "../plan-trials.ts";
import { estimateTrial } from "./estimate-trial.ts";
import { formatShard, type Shard, type ShardResult } from "./shard.ts";

/** How long cases took in an earlier run, in milliseconds, by id. */
export type MeasuredTimes = ReadonlyMap<string, number>;

interface Unit {
  id: string;
  positions: number[];
  durationMs: number;
}

/**
 * The plans of one shard, in their order. Every plan is in exactly one of the shards, which take about the same time: by the
 * times that were measured, else by an estimate. Rejects with `SEATRIAL_USAGE` when a shard would have nothing to do.
 */
export async function dividePlans(
  plans: readonly TrialPlan[],
  shard: Shard,
  measured: MeasuredTimes = new Map(),
): Promise<{ plans: TrialPlan[]; result: ShardResult }> {
  const units = toUnits(plans, await durationsOf(plans, measured));
  if (shard.count > units.length) throw tooMany(shard, plans.length, units.length);
  const shards = assign(units, shard.count);
  const positions = (shards[shard.index - 1] ?? []).flatMap((unit) => unit.positions).sort((one, other) => one - other);
  const assignment = shards.map((own) => own.flatMap((unit) => unit.positions.map((at) => plans[at]?.id)));
  const plan = createHash("sha256").update(JSON.stringify(assignment)).digest("hex").slice(0, 16);
  return {
    plans: positions.flatMap((position) => plans[position] ?? []),
    result: { ...shard, caseCount: plans.length, plan, positions },
  };
}

// Times of an earlier run are of another machine: the estimates of new cases are converted to its speed.
async function durationsOf(plans: readonly TrialPlan[], measured: MeasuredTimes): Promise<number[]> {
  const estimates = await Promise.all(plans.map(estimateTrial));
  let measuredMs = 0;
  let estimatedMs = 0;
  for (const [position, { id }] of plans.entries()) {
    const ms = measured.get(id);
    if (ms === undefined) continue;
    measuredMs += ms;
    estimatedMs += estimates[position] ?? 0;
  }
  const scale = measuredMs > 0 && estimatedMs > 0 ? measuredMs / estimatedMs : 1;
  return plans.map(({ id }, position) => Math.max(1, measured.get(id) ?? (estimates[position] ?? 0) * scale));
}

// Default values that do not render are left out. Alone in a shard, they would leave it without a result.
function toUnits(plans: readonly TrialPlan[], durations: readonly number[]): Unit[] {
  const units = new Map<number, Unit>();
  for (const [position, plan] of plans.entries()) {
    const companion = plan.isOptional
      ? plans.findIndex((other) => other.chartPath === plan.chartPath && !other.isOptional)
      : -1;
    const first = companion === -1 ? position : companion;
    const unit = units.get(first) ?? { id: plans[first]?.id ?? "", positions: [], durationMs: 0 };
    unit.positions.push(position);
    unit.durationMs += durations[position] ?? 0;
    units.set(first, unit);
  }
  return [...units.values()];
}

// The longest first, each to the shard that has the least to do. Ids are compared by their code units, as on every machine.
function assign(units: readonly Unit[], count: number): Unit[][] {
  const shards = Array.from({ length: count }, () => ({ units: [] as Unit[], durationMs: 0 }));
  const sorted = [...units].sort((one, other) => other.durationMs - one.durationMs || (one.id < other.id ? -1 : 1));
  for (const unit of sorted) {
    const least = shards.reduce((best, shard) => (shard.durationMs < best.durationMs ? shard : best));
    least.units.push(unit);
    least.durationMs += unit.durationMs;
  }
  return shards.map((shard) => shard.units);
}

function tooMany(shard: Shard, caseCount: number, most: number): UsageError {
  const cases = `${caseCount} case${caseCount === 1 ? "" : "s"}`;
  const together = most < caseCount ? " (default values stay with another case of their chart)" : "";
  return new UsageError(
    `--shard: ${formatShard(shard)} is not possible: ${cases} can be divided into at most ${most}${together}`,
    { hint: `use at most ${most} shard${most === 1 ? "" : "s"}: a shard without cases would pass without a test` },
  );
}
