import { UsageError } from "../errors/usage-error.ts";
import { checkOptions, describe, type OptionCheck } from "../util/check-options.ts";
import type { SimulationEffect, SimulationRule, SimulationSelector, WireRule } from "./rule.ts";

const kinds = {
  job: "Job",
  cronJob: "CronJob",
  deployment: "Deployment",
  statefulSet: "StatefulSet",
  daemonSet: "DaemonSet",
  pod: "Pod",
} as const;

const NOT_FOUND = "not found";

const duration: OptionCheck = (value) =>
  typeof value === "number" && Number.isInteger(value) && value >= 0 ? undefined : "a whole number of milliseconds";
const exitCode: OptionCheck = (value) =>
  typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= 255
    ? undefined
    : "a whole number between 0 and 255";

const evict: OptionCheck = (value) =>
  typeof value === "boolean" || (typeof value === "number" && Number.isInteger(value) && value >= 1)
    ? undefined
    : "a boolean or a whole number of Pods, at least 1";

/** A rule as it is sent to the engine. Throws `SEATRIAL_USAGE` for unknown keys, wrong values, and a rule without an effect. */
export function toWireRule(call: string, rule: SimulationRule): WireRule {
  if (typeof rule !== "object" || rule === null)
    throw new UsageError(`${call}: a rule must be an object, got ${describe(rule)}`);
  checkOptions<SimulationRule>(call, rule, {
    job: "string",
    cronJob: "string",
    deployment: "string",
    statefulSet: "string",
    daemonSet: "string",
    pod: "string",
    kind: "string",
    name: "string",
    labels: "object",
    image: "string",
    container: "string",
    exitCode,
    oomKilled: "boolean",
    crashLoop: ["boolean", "object"],
    evict,
    afterMs: duration,
    imagePullError: ["boolean", "string"],
    neverReady: "boolean",
    readyAfterMs: duration,
    stopAfterMs: duration,
    logs: "string",
  });
  const effect = toEffect(call, rule);
  if (Object.keys(effect).length === 0) {
    throw new UsageError(`${call}: the rule ${describe(rule)} changes nothing`, {
      hint: "say what happens, such as exitCode: 1 or neverReady: true",
    });
  }
  return { selector: toSelector(call, rule), effect };
}

function toSelector(call: string, rule: SimulationSelector): WireRule["selector"] {
  const named = Object.entries(kinds).flatMap(([key, kind]) => {
    const name = rule[key as keyof typeof kinds];
    return name === undefined ? [] : [{ key, kind, name }];
  });
  const [first, second] = named;
  const { kind = first?.kind, name = first?.name, labels, image, container } = rule;
  if (second !== undefined || (first !== undefined && (rule.kind ?? rule.name) !== undefined)) {
    const given = [...named.map(({ key }) => key), ...["kind", "name"].filter((key) => key in rule)];
    throw new UsageError(`${call}: a rule names one object, got ${given.join(" and ")}`, {
      hint: "give a rule for each",
    });
  }
  return withoutUndefined({ kind, name, labels: labels === undefined ? undefined : { ...labels }, image, container });
}

function toEffect(call: string, rule: SimulationEffect): WireRule["effect"] {
  const { crashLoop, imagePullError, oomKilled, neverReady, evict: count, ...plain } = rule;
  return withoutUndefined({
    exitCode: plain.exitCode,
    afterMs: plain.afterMs,
    readyAfterMs: plain.readyAfterMs,
    stopAfterMs: plain.stopAfterMs,
    logs: plain.logs,
    crashLoop: toCrashLoop(call, crashLoop),
    evict: count === true ? 1 : count === false ? undefined : count,
    imagePullError: imagePullError === true ? NOT_FOUND : imagePullError === false ? undefined : imagePullError,
    oomKilled: oomKilled === true ? true : undefined,
    neverReady: neverReady === true ? true : undefined,
  });
}

function toCrashLoop(call: string, value: SimulationEffect["crashLoop"]): WireRule["effect"]["crashLoop"] {
  if (value === undefined || value === false) return undefined;
  if (value === true) return {};
  checkOptions<Exclude<typeof value, boolean>>(`${call}: crashLoop`, value, {
    backoffMs: duration,
    maxBackoffMs: duration,
  });
  return withoutUndefined({ backoffMs: value.backoffMs, maxBackoffMs: value.maxBackoffMs });
}

type Defined<Value> = { [Key in keyof Value]?: Exclude<Value[Key], undefined> };

function withoutUndefined<Value extends object>(value: Value): Defined<Value> {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as Defined<Value>;
}
