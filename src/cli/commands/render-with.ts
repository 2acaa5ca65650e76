import { isReuseAsked } from "../../background/reuse.ts";
import { startChartEngine } from "../../boot/start-chart-engine.ts";
import type { Renderer } from "../../diff/render-version.ts";
import type { GlobalOptions } from "../global-options.ts";
import { listenForInterrupt } from "../interrupt.ts";
import { provideEngineVisibly } from "./provide-engine-visibly.ts";

/**
 * Runs work that only renders charts: with the engine of `seatrial up` if that is to be reused, else with an engine without a control
 * plane. Rejects as the work does, and as `provideEngine` does.
 */
export async function renderWith<Result>(
  options: GlobalOptions,
  work: (renderer: Renderer) => Promise<Result>,
): Promise<Result> {
  using interrupt = listenForInterrupt();
  const { signal } = interrupt;
  if (isReuseAsked()) {
    // The Kubernetes client, which only a control plane needs, takes longer to load than most charts to render.
    const { findReusable } = await import("./provide-plane.ts");
    await using plane = await findReusable();
    if (plane !== undefined) return await work({ helm: plane.helm, kubernetes: plane.versions.kubernetes, signal });
  }
  const { path: enginePath } = await provideEngineVisibly(options);
  await using engine = await startChartEngine({ enginePath, signal });
  return await work({ ...engine, signal });
}
