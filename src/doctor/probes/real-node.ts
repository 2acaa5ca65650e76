import { findNodePrograms, missingPrograms } from "../../real-node/find-node-programs.ts";
import { whyNoRealNode } from "../../real-node/require-machine.ts";
import type { RealNodeFacts } from "../facts.ts";
import type { Machine } from "../machine.ts";
import { within } from "../within.ts";

/** Whether a node with real containers can run here, and what is missing for it. */
export function probeRealNode(machine: Machine): Promise<RealNodeFacts> {
  const onSilence = (problem: string) => ({ problem, missing: [], fix: null, hasServices: false });
  return within(machine.timeoutMs, search(machine), onSilence);
}

async function search({ env }: Machine): Promise<RealNodeFacts> {
  const reason = whyNoRealNode();
  if (reason !== undefined) return { problem: reason, missing: [], fix: null, hasServices: false };
  const programs = await findNodePrograms({ path: env.PATH ?? "" });
  const missing = missingPrograms(programs);
  const hasServices = programs.packetFilter !== undefined;
  if (!hasServices) missing.push({ what: "iptables", debian: "iptables" });
  const packages = [...new Set(missing.map(({ debian }) => debian))].join(" ");
  const needed = missing.map(({ what }) => what).filter((what) => what !== "iptables");
  return {
    problem: needed.length === 0 ? null : `${needed.join(", ")} not found`,
    missing: missing.map(({ what }) => what),
    fix: missing.length === 0 ? null : `apt-get install ${packages}`,
    hasServices,
  };
}
