import { resolve } from "node:path";
import type { HelmChoice } from "../helm/helm-choice.ts";
import { HelmClient } from "../helm/helm-client.ts";
import { HelmProgram } from "../helm/program/helm-program.ts";
import { type HelmProgramVersion, readProgramVersion } from "../helm/program/program-version.ts";
import type { ControlPlane } from "./control-plane.ts";

// A program is asked once for its version.
const versions = new Map<string, Promise<HelmProgramVersion>>();

/**
 * The same control plane with another Helm; without a choice, the control plane itself. Rejects with `SEATRIAL_USAGE` for a
 * program that is not a Helm 3 or 4, or of a version that is known not to work.
 */
export async function withHelm(plane: ControlPlane, choice: HelmChoice | undefined): Promise<ControlPlane> {
  if (choice === undefined) return plane;
  const helm = await clientOf(plane, choice);
  if (helm === plane.helm) return plane;
  return { ...plane, helm, versions: { ...plane.versions, helm: await helm.version() } };
}

async function clientOf(plane: ControlPlane, choice: HelmChoice): Promise<HelmClient> {
  const { helm, engine, kubeconfigPath } = plane;
  if (typeof choice === "number") {
    return helm.major === choice && helm.path === undefined ? helm : new HelmClient(engine, choice, helm.deployer);
  }
  const path = resolve(choice.path);
  if (helm.path === path) return helm;
  return new HelmProgram({ engine, path, kubeconfigPath, deployer: helm.deployer, ...(await askProgramVersion(path)) });
}

/** The version of a Helm program, which is asked for once. Rejects as {@link withHelm} does. */
export async function askProgramVersion(file: string): Promise<HelmProgramVersion> {
  const path = resolve(file);
  const asked = versions.get(path) ?? readProgramVersion(path);
  versions.set(path, asked);
  try {
    return await asked;
  } catch (error) {
    versions.delete(path);
    throw error;
  }
}

/** What is wrong with a value that should choose a Helm; `undefined` when nothing is. */
export function helmChoiceProblem(value: unknown): string | undefined {
  const isProgram =
    typeof value === "object" && value !== null && typeof (value as { path?: unknown }).path === "string";
  const hasOnlyPath = isProgram && Object.keys(value).length === 1;
  return value === 3 || value === 4 || hasOnlyPath ? undefined : "3, 4 or { path }";
}
