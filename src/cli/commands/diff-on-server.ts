import { type DiffOptions, diffCharts } from "../../diff/diff-charts.ts";
import type { DiffResult } from "../../diff/diff-result.ts";
import type { Renderer } from "../../diff/render-version.ts";
import { makeStoredDiffer } from "../../diff/stored-differ.ts";
import type { ControlPlane } from "../../plane/control-plane.ts";
import { makeLiveReporter } from "../../report/live-reporter.ts";
import { makePlainReporter } from "../../report/plain-reporter.ts";
import { installCrds } from "../../sharing/install-crds.ts";
import type { GlobalOptions } from "../global-options.ts";
import type { Interrupt } from "../interrupt.ts";
import { openTerminal } from "../terminal.ts";
import type { DiffCommandOptions } from "./diff-options.ts";
import { findReusable, providePlane } from "./provide-plane.ts";

/** What is compared, without what renders it. */
export type Comparison = Omit<DiffOptions, "renderer" | "stored">;

/** Compares what is rendered, and what the API server of a control plane stores. */
export async function diffOnServer(
  comparison: Comparison,
  options: DiffCommandOptions & GlobalOptions,
  interrupt: Interrupt,
): Promise<DiffResult> {
  const { crds = [], timeout } = options;
  const { signal } = interrupt;
  await using plane = await openPlane(options, interrupt);
  await using _crds = crds.length === 0 ? undefined : await installCrds(crds, { controlPlane: plane, signal });
  const stored = makeStoredDiffer(plane, { timeout });
  return await diffCharts({ ...comparison, renderer: toRenderer(plane, signal), stored });
}

/** Compares what the engine of `seatrial up` renders; `undefined` when it is not up. */
export async function diffOnReused(comparison: Comparison, { signal }: Interrupt): Promise<DiffResult | undefined> {
  await using plane = await findReusable();
  return plane === undefined ? undefined : await diffCharts({ ...comparison, renderer: toRenderer(plane, signal) });
}

function toRenderer({ helm, versions }: ControlPlane, signal: AbortSignal): Renderer {
  return { helm, kubernetes: versions.kubernetes, signal };
}

// Standard output has the comparison only.
async function openPlane({ color }: GlobalOptions, interrupt: Interrupt): Promise<ControlPlane> {
  const { output, style, isLive } = openTerminal(process.stderr, color);
  const reporter = isLive ? makeLiveReporter(output, style) : makePlainReporter(output, style);
  try {
    return await providePlane(reporter, interrupt);
  } finally {
    reporter.close();
  }
}
