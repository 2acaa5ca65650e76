import { UsageError } from "../errors/usage-error.ts";
import type { ControlPlane } from "../plane/control-plane.ts";
import { requireCapability } from "../plane/require-capability.ts";
import { ownerToken } from "../process/owner.ts";
import { trackCall } from "../util/call-group.ts";
import type { SimulationRule } from "./rule.ts";
import { readTarget, type SimulationTarget } from "./simulation-target.ts";
import { toWireRule } from "./wire-rule.ts";

/** Rules in effect. */
export interface Simulation extends AsyncDisposable {
  /** The names of the Pods that the rules have affected, each once. */
  pods(): Promise<string[]>;
  /** Makes the containers behave as before. Safe to call twice. */
  stop(): Promise<void>;
}

/**
 * Changes how the simulated containers of a namespace behave: they fail, crash, run out of memory, or never become ready.
 * The rules apply to existing Pods and to new ones. Of two rules for one container, the later one wins. The rules end when
 * the result is disposed of, with the release, and with the namespace. Rejects with `SEATRIAL_USAGE` for invalid rules.
 */
export function simulate(
  target: SimulationTarget,
  rules: SimulationRule | readonly SimulationRule[],
): Promise<Simulation> {
  return trackCall(undefined, () => apply(target, rules));
}

async function apply(target: SimulationTarget, rules: SimulationRule | readonly SimulationRule[]): Promise<Simulation> {
  const { plane, namespace } = readTarget("simulate", target);
  requireCapability(plane, "simulates", "simulate");
  const list = Array.isArray(rules) ? (rules as readonly SimulationRule[]) : [rules as SimulationRule];
  if (list.length === 0) throw new UsageError("simulate: there must be a rule, got an empty array");
  const request = { namespace, owner: ownerToken, rules: list.map((rule) => toWireRule("simulate", rule)) };
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
