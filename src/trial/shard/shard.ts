import { UsageError } from "../../errors/usage-error.ts";

/** One of the parts into which a run is divided. */
export interface Shard {
  /** From 1 to `count`. */
  index: number;
  count: number;
}

/** What a shard did of a run. */
export interface ShardResult extends Shard {
  /** The number of cases of all shards together. */
  caseCount: number;
  /** The same text in all shards that divide the same cases in the same way. */
  plan: string;
  /** The position of each trial in the list of all cases, from 0. */
  positions: number[];
}

/** Reads the value of `--shard`, such as `2/5`. Throws `SEATRIAL_USAGE`. */
export function parseShard(text: string): Shard {
  const [, index = "", count = ""] = /^(\d+)\/(\d+)$/.exec(text) ?? [];
  const shard = { index: Number(index), count: Number(count) };
  const isValid = shard.index >= 1 && shard.index <= shard.count && Number.isSafeInteger(shard.count);
  if (isValid) return shard;
  throw new UsageError(`--shard ${text}: it must be INDEX/COUNT with an index from 1 to the count, such as 2/5`);
}

/** `shard 2/5`. */
export function formatShard({ index, count }: Shard): string {
  return `shard ${index}/${count}`;
}
