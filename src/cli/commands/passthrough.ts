import { dirname, join } from "node:path";
import { findBackgroundPlane } from "../../background/background-plane.ts";
import { makeStateDirectory, statePaths } from "../../background/state-directory.ts";
import { linkTools } from "../../background/tool-links.ts";
import { checkTrust } from "../../engine/binary/engine-cache.ts";
import { runTool } from "../../engine/run/run-tool.ts";
import { makeDir } from "../../util/make-dir.ts";
import { needsControlPlane } from "../plane-need.ts";
import { toolEnv } from "../tool-env.ts";
import type { Tool } from "../tools.ts";
import { requireBackgroundPlane } from "./env.ts";

/**
 * Runs kubectl or helm against the background plane and resolves with the exit code of the tool. What needs no cluster also
 * runs while none is up, and then finds none. Rejects with `SEATRIAL_NO_CONTROL_PLANE` for anything else.
 */
export async function passthrough(tool: Tool, args: readonly string[]): Promise<number> {
  const plane = needsControlPlane(tool, args) ? await requireBackgroundPlane() : await findBackgroundPlane();
  // An engine that the user has chosen is the user's affair.
  if (plane !== undefined && plane.engineSource !== "env") await checkTrust(plane.enginePath);
  const paths = statePaths();
  if (plane === undefined) await makeStateDirectory(paths);
  const stateDir = plane === undefined ? paths.directory : dirname(plane.logFile);
  const enginePath = plane?.enginePath ?? (await provideToolsEngine());
  const links = await linkTools({ directory: stateDir }, enginePath);
  if (tool === "helm") await makeDir(join(stateDir, "helm"));
  const stopped = new AbortController();
  // The terminal sends Ctrl-C to the tool, too. The tool decides what to do, and this process waits for it.
  const onInterrupt = () => {};
  const onStop = () => stopped.abort();
  process.on("SIGINT", onInterrupt).on("SIGTERM", onStop).on("SIGHUP", onStop);
  try {
    const env = toolEnv(stateDir, plane);
    return await runTool({ program: links[tool], enginePath, args, env, signal: stopped.signal });
  } finally {
    process.off("SIGINT", onInterrupt).off("SIGTERM", onStop).off("SIGHUP", onStop);
  }
}

async function provideToolsEngine(): Promise<string> {
  const { provideEngineVisibly } = await import("./provide-engine-visibly.ts");
  return (await provideEngineVisibly({})).path;
}
