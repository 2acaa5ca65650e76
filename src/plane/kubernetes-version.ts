import { defaultBuildPaths } from "../engine/binary/build-paths.ts";
import { listOlderVersions } from "../engine/binary/older-versions.ts";
import { UsageError } from "../errors/usage-error.ts";
import { describe } from "../util/check-options.ts";

const form = /^v?([1-9]\d*\.\d+)$/;
const withPatch = /^v?([1-9]\d*\.\d+)\.\d+/;
const patchForm = /^v?([1-9]\d*\.\d+\.\d+)$/;

/**
 * The version as `1.35`, of `1.35` or `v1.35`, which an engine emulates; or as `1.35.4`, of which an engine can be built. Throws
 * `SEATRIAL_USAGE` for anything else. Which versions can be emulated is up to the engine. `what` names the option in the message.
 */
export function readKubernetesVersion(what: string, version: unknown): string {
  const found = typeof version === "string" ? form.exec(version)?.[1] : undefined;
  if (found !== undefined) return found;
  const older = listOlderVersions(defaultBuildPaths().sourceDir);
  const built = typeof version === "string" ? patchForm.exec(version)?.[1] : undefined;
  if (built !== undefined && older.includes(built)) return built;
  const patched = typeof version === "string" ? withPatch.exec(version)?.[1] : undefined;
  if (patched !== undefined) {
    const buildable = older.length === 0 ? "" : `, and can be built for ${older.join(", ")}`;
    throw new UsageError(`${what} must be a minor version such as 1.35, got ${describe(version)}`, {
      hint: `use ${patched}: the engine emulates minor versions, which have no patches${buildable}`,
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

/** What makes an engine one of a version that was asked for: it was built for it, or it emulates it. */
export interface VersionSource {
  /** Such as `1.35.4`. @default the newest version */
  built?: string;
  /** Such as `1.35`. @default the version that it was built for */
  emulated?: string;
}

/** The source of a version that `readKubernetesVersion` returned. */
export function sourceOfVersion(version: string | undefined): VersionSource {
  if (version === undefined) return {};
  return patchForm.test(version) ? { built: version } : { emulated: version };
}

/** Whether a control plane of the version `running`, such as `v1.35.4`, is one of the version that was asked for. */
export function isOfVersion(running: string, wanted: string): boolean {
  return patchForm.test(wanted) ? running === `v${wanted}` : toMinorVersion(running) === wanted;
}

/** Sorts versions, oldest first. */
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
  if (wanted === undefined || isOfVersion(own, wanted)) return { kubernetes: own };
  return { kubernetes: `v${wanted}.0`, emulatedBy: own };
}
