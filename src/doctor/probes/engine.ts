import { defaultBuildPaths } from "../../engine/binary/build-paths.ts";
import type { EngineLocation } from "../../engine/binary/engine-location.ts";
import { platformPackage } from "../../engine/binary/engine-package.ts";
import { readEngineSources } from "../../engine/binary/engine-sources.ts";
import { findEngine } from "../../engine/binary/find-engine.ts";
import { isOlder } from "../../engine/binary/go.ts";
import { SeatrialError } from "../../errors/seatrial-error.ts";
import { askProgram } from "../../process/ask-program.ts";
import type { EngineFacts, ToolFacts } from "../facts.ts";
import type { Machine } from "../machine.ts";

const onWindows = "no control plane can run on Windows: Node cannot connect to the engine's unix sockets there";
const none: EngineFacts = { path: null, source: null, kubernetes: null, helm: null, problem: null };

/** The engine that would be used, with its versions; without an engine, whether the `go` that was found can build one. */
export async function probeEngine(machine: Machine, go: ToolFacts): Promise<EngineFacts> {
  if (process.platform === "win32") return { ...none, ...stop(onWindows, "use seatrial in WSL, as on Linux") };
  const paths = defaultBuildPaths();
  const sources = await readEngineSources(paths.sourceDir);
  try {
    const { location, packageHint } = await findEngine(paths, async (_dir, needed) => {
      if (go.version === null || isOlder(go.version, needed)) throw new Error("no Go to build with");
      return `go${go.version}`;
    });
    if (location !== undefined) return await askEngine(machine, location);
    if (packageHint !== undefined) return missesPackage(judgeGo(machine, go, sources?.goVersion ?? "0"), packageHint);
  } catch (error) {
    if (!(error instanceof SeatrialError)) throw error;
    return { ...none, ...stop(error.message.split("\n")[0] ?? "", error.hint ?? "") };
  }
  if (sources !== undefined) return judgeGo(machine, go, sources.goVersion);
  const message = `there is no engine, and no sources to build one from in ${paths.sourceDir}`;
  return { ...none, ...stop(message, "reinstall the package, or set SEATRIAL_ENGINE to the path of an engine") };
}

function missesPackage({ problem, ...facts }: EngineFacts, fix: string): EngineFacts {
  const missing = `the package ${platformPackage} is not installed`;
  if (problem?.stopsBoot) return { ...facts, ...stop(`${missing}; ${problem.message}`, fix) };
  return { ...facts, problem: { message: `${missing}: an engine must be built`, fix, stopsBoot: false } };
}

function judgeGo({ env }: Machine, go: ToolFacts, needed: string): EngineFacts {
  const { path, version, problem, isSilent } = go;
  const install = `install Go ${needed} or newer and put it on PATH`;
  const isNew = version !== null && !isOlder(version, needed);
  if (isNew) return { ...none, source: "build" };
  const reason =
    path === null
      ? "`go` is not on PATH"
      : version === null
        ? `${path} ${problem}`
        : `${path} is Go ${version}, older than ${needed}`;
  // Since 1.21, Go downloads the version that go.mod requires unless GOTOOLCHAIN is `local`.
  const mayFetch = version !== null && env.GOTOOLCHAIN !== "local" && !isOlder(version, "1.21");
  if (!mayFetch && !isSilent) {
    const fix = `${install}, or set SEATRIAL_ENGINE to the path of an engine`;
    return { ...none, ...stop(`there is no engine, and none can be built: ${reason}`, fix) };
  }
  const message = `an engine must be built, and ${reason}${mayFetch ? "; Go will try to download that version" : ""}`;
  return { ...none, source: "build", problem: { message, fix: install, stopsBoot: false } };
}

async function askEngine({ timeoutMs, env }: Machine, { path, source }: EngineLocation): Promise<EngineFacts> {
  // A search never finds `built`.
  const facts: EngineFacts = { ...none, path, source: source === "built" ? "cache" : source };
  const { stdout, problem, isSilent } = await askProgram(path, ["version"], { timeoutMs, env: { ...env } });
  if (isSilent) {
    const fix = "run `npx seatrial doctor` again when the machine is less busy";
    return { ...facts, problem: { message: `${path} ${problem}`, fix, stopsBoot: false } };
  }
  if (problem !== undefined) return { ...facts, ...stop(`${path} ${problem}`, fixes[source]) };
  try {
    const { kubernetes, helm } = JSON.parse(stdout) as { kubernetes: string; helm: string };
    return { ...facts, kubernetes, helm };
  } catch {
    return { ...facts, ...stop(`${path} is not a seatrial engine: it reported no versions`, fixes[source]) };
  }
}

const rebuild = "npx seatrial engine clean && npx seatrial engine build";
const fixes: Record<EngineLocation["source"], string> = {
  env: "unset SEATRIAL_ENGINE, or set it to an engine that runs here",
  package: `delete ${platformPackage} from node_modules and install again, then run \`npx seatrial engine clean\``,
  cache: rebuild,
  built: rebuild,
};

function stop(message: string, fix: string): Pick<EngineFacts, "problem"> {
  return { problem: { message, fix, stopsBoot: true } };
}
