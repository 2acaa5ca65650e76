import { relative } from "node:path";
import { type CrdFile, readCrdFiles } from "../chart/crd-files.ts";
import { UsageError } from "../errors/usage-error.ts";
import { statusFindings } from "../findings/status-findings.ts";
import { waitForOpenApi } from "../kube/crd-openapi.ts";
import type { KubeObject } from "../kube/object-ref.ts";
import type { ControlPlane } from "../plane/control-plane.ts";
import { currentControlPlane } from "../plane/current.ts";
import { trackCall, withSignal } from "../util/call-group.ts";
import { checkOptions, describe } from "../util/check-options.ts";
import { CRD_TIMEOUT_MS } from "../util/defaults.ts";
import { readChartCrds } from "./chart-crds.ts";
import { holdObjects } from "./holds.ts";

export interface InstallCrdsOptions {
  /** @default the current one */
  controlPlane?: ControlPlane | undefined;
  /** Cancels the work. @default none */
  signal?: AbortSignal | undefined;
}

/** Installed CustomResourceDefinitions. Disposing of them removes the ones that nobody else needs. */
export interface InstalledCrds extends AsyncDisposable {
  /** The names of all of them, also of CustomResourceDefinitions that existed before. */
  readonly names: readonly string[];
}

/**
 * Creates CustomResourceDefinitions that a chart needs and does not bring, such as those of another operator, and resolves
 * when they are established, served, and described in discovery and OpenAPI. `paths` are files, directories or globs of them, and
 * charts, whose `crds/` is read, with those of their dependencies. CustomResourceDefinitions that exist stay as they are.
 * Rejects with `SEATRIAL_USAGE`, and leaves nothing behind, when a path has none or the API server refuses one.
 */
export function installCrds(
  paths: string | readonly string[],
  options: InstallCrdsOptions = {},
): Promise<InstalledCrds> {
  return trackCall(options?.signal, (signal) => install(paths, withSignal(options, signal)));
}

async function install(paths: string | readonly string[], options: InstallCrdsOptions): Promise<InstalledCrds> {
  checkOptions<InstallCrdsOptions>("installCrds", options, { controlPlane: "object", signal: "object" });
  const list = typeof paths === "string" ? [paths] : paths;
  if (!Array.isArray(list) || list.length === 0 || list.some((path) => typeof path !== "string" || path === "")) {
    throw new UsageError(`installCrds: the paths must be a path or an array of paths, got ${describe(paths)}`);
  }
  const plane = options.controlPlane ?? currentControlPlane();
  const crds = await readCrds(plane, list, options.signal);
  const hold = await holdObjects(plane, byName(crds), { holder: "caller", signal: options.signal });
  try {
    if (hold.refused.length > 0) throw refused(hold.refused, crds);
    const isHeld = ({ metadata }: KubeObject) => hold.created.some(({ name }) => name === metadata.name);
    const described = { timeoutMs: CRD_TIMEOUT_MS, signal: options.signal };
    for (const crd of byName(crds).filter(isHeld)) await waitForOpenApi(plane.kube, crd, described);
  } catch (error) {
    await hold.remove();
    throw error;
  }
  return {
    names: byName(crds).map(({ metadata }) => metadata.name ?? ""),
    [Symbol.asyncDispose]: () => hold.remove(),
  };
}

async function readCrds(
  plane: ControlPlane,
  paths: readonly string[],
  signal: AbortSignal | undefined,
): Promise<CrdFile[]> {
  const crds: CrdFile[] = [];
  for (const path of paths) {
    const ofChart = await readChartCrds(plane, path, signal);
    crds.push(...(ofChart ?? (await readCrdFiles([path]))));
  }
  return crds;
}

// The first of a name wins, as with one that exists.
function byName(crds: readonly CrdFile[]): KubeObject[] {
  return [...new Map(crds.toReversed().map(({ object }) => [object.metadata.name, object])).values()].reverse();
}

function refused(refusals: Awaited<ReturnType<typeof holdObjects>>["refused"], crds: readonly CrdFile[]): UsageError {
  const lines = refusals.flatMap(({ object, error }) => {
    const file = crds.find((crd) => crd.object === object)?.file;
    const where = `${object.metadata.name}${file === undefined ? "" : ` (${relative(".", file)})`}`;
    return statusFindings(error.status).map(({ field, message }) =>
      field === undefined ? `  ${where}: ${message}` : `  ${where}: ${field}: ${message}`,
    );
  });
  const count = `${refusals.length} of ${crds.length} CustomResourceDefinitions`;
  return new UsageError([`The API server refused ${count}`, ...lines].join("\n"));
}
