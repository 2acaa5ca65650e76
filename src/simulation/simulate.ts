import { UsageError } from "../errors/usage-error.ts";
import type { ControlPlane } from "../plane/control-plane.ts";
import { currentControlPlane } from "../plane/current.ts";
import { describe } from "../util/check-options.ts";
import type { SimulationRule } from "./rule.ts";
import { toWireRule } from "./wire-rule.ts";

/** A release, or a namespace: where rules hold. */
export interface SimulationTarget {
  readonly namespace: string;
  /** @default the current one */
  readonly controlPlane?: ControlPlane | undefined;
  /** Has something undone with the target; a release has it. */
  onDispose?(undo: () => Promise<void>): void;
}

/** Rules in force. */
export interface Simulation extends AsyncDisposable {
  /** The names of the Pods that the rules have had an effect on, each once. */
  pods(): Promise<string[]>;
  /** From now on the containers behave as before. Safe to call twice. */
  stop(): Promise<void>;
}

/**
 * Has the simulated containers of a namespace behave otherwise: fail, crash, run out of memory, never become ready. Pods
 * that exist are concerned as well as those to come. Of two rules for one container, the later one counts. It ends when it
 * is disposed of, with the release, and with the namespace. Rejects with `SEATRIAL_USAGE` for rules that are none.
 */
export async function simulate(
  target: SimulationTarget,
  rules: SimulationRule | readonly SimulationRule[],
): Promise<Simulation> {
  const namespace: unknown = target?.namespace;
  if (typeof namespace !== "string" || namespace === "") {
    throw new UsageError(`simulate: the first argument must be a release or { namespace }, got ${describe(target)}`);
  }
  const list = Array.isArray(rules) ? (rules as readonly SimulationRule[]) : [rules as SimulationRule];
  if (list.length === 0) throw new UsageError("simulate: there must be a rule, got an empty array");
  const request = { namespace, rules: list.map((rule) => toWireRule("simulate", rule)) };
  const plane = target.controlPlane ?? currentControlPlane();
  const { ids } = await plane.engine.ask<{ ids: string[] }>("simulation/apply", request);
  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping ??= plane.engine.ask("simulation/remove", { ids }).then(() => undefined);
    return stopping;
  };
  target.onDispose?.(stop);
  return { pods: () => affectedPods(plane, namespace, ids), stop, [Symbol.asyncDispose]: stop };
}

async function affectedPods(plane: ControlPlane, namespace: string, ids: readonly string[]): Promise<string[]> {
  const path = `simulation?namespace=${encodeURIComponent(namespace)}`;
  const { rules } = await plane.engine.ask<{ rules: { id: string; pods: string[] }[] }>(path);
  return [...new Set(rules.filter(({ id }) => ids.includes(id)).flatMap(({ pods }) => pods))];
}
