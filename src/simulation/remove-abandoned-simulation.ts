import type { ControlPlane } from "../plane/control-plane.ts";
import { isOwnerDead } from "../process/owner.ts";
import { removeStages } from "./apply-stages.ts";

interface Applied {
  id: string;
  owner?: string;
  namespace?: string;
}

interface AppliedStage extends Applied {
  name: string;
}

/**
 * Ends the simulation rules and Stages of processes that ended without ending them, in namespaces that still exist and in the whole
 * control plane. Resolves with a text for each Stage, and for the rules of each namespace.
 */
export async function removeAbandonedSimulation({ engine, capabilities }: ControlPlane): Promise<string[]> {
  if (!capabilities.simulates) return [];
  const { rules } = await engine.ask<{ rules: Applied[] }>("simulation");
  const { stages } = await engine.ask<{ stages: AppliedStage[] }>("simulation/stages");
  const [ownRules, ownStages] = [rules.filter(isAbandoned), stages.filter(isAbandoned)];
  if (ownRules.length > 0) await engine.ask("simulation/remove", { ids: ownRules.map(({ id }) => id) });
  if (ownStages.length > 0)
    await removeStages(
      { engine },
      ownStages.map(({ id }) => id),
    );
  const perNamespace = Map.groupBy(ownRules, ({ namespace }) => namespace);
  return [
    ...[...perNamespace].map(([namespace, own]) => {
      const count = own.length === 1 ? "a simulation rule" : `${own.length} simulation rules`;
      return `${count}${where(namespace)}`;
    }),
    ...ownStages.map(({ name, namespace }) => `Stage ${name}${where(namespace)}`),
  ];
}

function where(namespace: string | undefined): string {
  return namespace === undefined ? "" : ` in namespace ${namespace}`;
}

function isAbandoned({ owner }: Applied): boolean {
  return owner !== undefined && isOwnerDead(owner);
}
