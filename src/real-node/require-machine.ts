import { SeatrialError } from "../errors/seatrial-error.ts";
import { findNodePrograms, missingPrograms, type NodeProgramSearch, type NodePrograms } from "./find-node-programs.ts";

/** The programs of a machine that has all that is needed. */
export type FoundNodePrograms = { [Name in Exclude<keyof NodePrograms, "packetFilter">]: string } & {
  packetFilter: string | undefined;
};

/** Why a real node cannot run here at all, whatever is installed; `undefined` when it can. */
export function whyNoRealNode(): string | undefined {
  if (process.platform !== "linux") return `it needs Linux, and this is ${process.platform}`;
  return process.getuid?.() === 0 ? undefined : `it needs root, and this is uid ${process.getuid?.()}`;
}

/** The programs on which the node runs. Rejects with `SEATRIAL_REAL_NODE` when this machine cannot run one. */
export async function requireMachine(search: NodeProgramSearch): Promise<FoundNodePrograms> {
  const reason = whyNoRealNode();
  if (reason !== undefined) {
    throw new SeatrialError("SEATRIAL_REAL_NODE", `A real node cannot run here: ${reason}`, {
      hint: "run it on Linux as root, or without `realNode`: Pods are simulated then",
    });
  }
  const programs = await findNodePrograms(search);
  const missing = missingPrograms(programs);
  if (missing.length === 0) return programs as FoundNodePrograms;
  const lines = missing.map(({ what }) => `  ${what} was not found`);
  const packages = [...new Set(missing.map(({ debian }) => debian))].join(" ");
  throw new SeatrialError("SEATRIAL_REAL_NODE", ["A real node lacks its programs", ...lines].join("\n"), {
    hint: `install them (Debian and Ubuntu: apt-get install ${packages}), or name their directories with \`programs\` and \`cniPlugins\``,
  });
}
