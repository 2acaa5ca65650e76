import { UsageError } from "../errors/usage-error.ts";
import { describe } from "../util/check-options.ts";

const form = /^v?([1-9]\d*\.\d+)$/;
const withPatch = /^v?([1-9]\d*\.\d+)\.\d+/;

/**
 * The version as `1.35`, of `1.35` or `v1.35`. Throws `SEATRIAL_USAGE` for anything else: an emulated version has no patches.
 * Which versions exist is up to the engine. `what` names the option in the message.
 */
export function readKubernetesVersion(what: string, version: unknown): string {
  const found = typeof version === "string" ? form.exec(version)?.[1] : undefined;
  if (found !== undefined) return found;
  const patched = typeof version === "string" ? withPatch.exec(version)?.[1] : undefined;
  if (patched !== undefined) {
    throw new UsageError(`${what} must be a minor version such as 1.35, got ${describe(version)}`, {
      hint: `use ${patched}: the engine emulates minor versions, which have no patches`,
    });
  }
  throw new UsageError(`${what} must be a text such as "1.35", got ${describe(version)}`, {
    hint:
      typeof version === "number"
        ? "put it in quotes: as a number, 1.30 is 1.3"
        : "docs/kubernetes-versions.md lists the versions",
  });
}

/** `1.35` of `v1.35.0` or `v1.35.2+k3s1`; any other text as it is. */
export function toMinorVersion(version: string): string {
  return withPatch.exec(version)?.[1] ?? version;
}

/** Sorts minor versions, oldest first. */
export function compareVersions(one: string, other: string): number {
  return one.localeCompare(other, "en", { numeric: true });
}

/** What a control plane reports as its version when it emulates one: Helm's `.Capabilities.KubeVersion`. */
export interface EmulatedVersions {
  kubernetes: string;
  emulatedBy?: string;
}

/** The versions of an engine that emulates `wanted`, such as `1.35`; `own` is its own version, such as `v1.37.2`. */
export function emulatedVersions(own: string, wanted: string | undefined): EmulatedVersions {
  if (wanted === undefined || toMinorVersion(own) === wanted) return { kubernetes: own };
  return { kubernetes: `v${wanted}.0`, emulatedBy: own };
}
