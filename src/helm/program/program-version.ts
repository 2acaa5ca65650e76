import { devNull } from "node:os";
import { UsageError } from "../../errors/usage-error.ts";
import { askProgram } from "../../process/ask-program.ts";
import type { HelmMajor } from "../types.ts";

const TIMEOUT_MS = 10_000;

/** The versions of Helm that are refused, and why. */
const knownBad: Record<string, string> = {
  "v4.2.1":
    "it waits for hooks and deleted objects until the time limit although they are gone, and leaves releases pending " +
    "(helm/helm#32214, helm/helm#32224)",
};

/** The version of a Helm program. */
export interface HelmProgramVersion {
  /** Such as `v3.22.0`. */
  version: string;
  major: HelmMajor;
}

/** Asks a program for its version. Rejects with `SEATRIAL_USAGE` when it is not a Helm that works. */
export async function readProgramVersion(path: string): Promise<HelmProgramVersion> {
  const args = ["version", "--template", "{{.Version}}"];
  // The question needs no kubeconfig and no plug-ins, so the user's are not opened.
  const env = { KUBECONFIG: devNull, HELM_NO_PLUGINS: "1" };
  const { stdout, problem } = await askProgram(path, args, { timeoutMs: TIMEOUT_MS, env });
  const version = /^v\d+\.\d+\.\d+[^\s+]*|^v\d+\.\d+$/.exec(stdout)?.[0];
  if (problem !== undefined || version === undefined) {
    const why = problem ?? `its version reads ${JSON.stringify(stdout.slice(0, 80))}`;
    throw new UsageError(`${path} is not a Helm that can be used: ${why}`, { hint: "name the file of a Helm 3 or 4" });
  }
  return checkProgramVersion(path, version);
}

/** The version, if seatrial works with it. Throws `SEATRIAL_USAGE` otherwise. */
export function checkProgramVersion(path: string, version: string): HelmProgramVersion {
  const major = Number(/^v(\d+)/.exec(version)?.[1]);
  if (major !== 3 && major !== 4) {
    throw new UsageError(`${path} is Helm ${version}: only Helm 3 and 4 can be used`);
  }
  const [release = version] = version.split("-");
  const bad = knownBad[release];
  if (bad !== undefined) {
    throw new UsageError(`${path} is Helm ${version}, which is refused: ${bad}`, {
      hint: "use another version of Helm",
    });
  }
  return { version, major };
}
