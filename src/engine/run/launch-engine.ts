import { dirname } from "node:path";
import { killOnExit } from "../../process/exit-hook.ts";
import { removeOwn } from "../../process/remove-own.ts";
import { Deadline } from "../../util/deadline.ts";
import { START_TIMEOUT_MS } from "../../util/defaults.ts";
import { race, throwIfAborted } from "../../util/race.ts";
import { checkAddressSpace } from "./address-space.ts";
import { type ControlChannel, openControlChannel } from "./control-channel.ts";
import { describeShortage } from "./disk-space.ts";
import type { EngineEnd } from "./engine-end.ts";
import { type LaunchFacts, type LaunchFailure, toLaunchError, toLaunchTimeout } from "./launch-error.ts";
import type { HelloMessage, ReadyMessage, StepMessage } from "./protocol.ts";
import { type SpawnedEngine, spawnEngine } from "./spawn-engine.ts";
import { type StoppedProcess, stopSpawnedEngine } from "./stop-engine.ts";

/** Options of {@link launchEngine}. */
export interface LaunchEngineOptions {
  /** The engine's executable file, as `provideEngine` found it. */
  enginePath: string;
  /** An existing directory with mode 0700; it is removed when the engine ends. */
  dataDir: string;
  /** Whether {@link RunningEngine.detach} may be called. @default false */
  isDetachable?: boolean | undefined;
  /** The file that takes the engine's log. @default its last lines are kept in memory */
  logFile?: string | undefined;
  /** A file with the simulation's configuration. @default the engine's own choice */
  simulationFile?: string | undefined;
  /** A file that describes the node with real containers. @default none */
  realNodeFile?: string | undefined;
  /** The minor version of Kubernetes to emulate, such as `1.35`. @default the engine's own */
  emulated?: string | undefined;
  /** Leaves out what only installed objects need: scheduler, nodes, most controllers. @default false */
  dryRunsOnly?: boolean | undefined;
  /** The control plane to attach to: none is started. @default the engine starts its own */
  attach?: AttachOptions | undefined;
  /** Starts no control plane: the engine only reads, lints and renders charts. @default false */
  chartsOnly?: boolean | undefined;
  /** Ends the start; the engine is stopped then. It has no effect once the engine is ready. */
  signal?: AbortSignal | undefined;
  /** How long the engine may take to be ready, in milliseconds. @default 60000 */
  startTimeoutMs?: number | undefined;
  /** Called when a part of the control plane is up. */
  onStep?: ((step: StepMessage) => void) | undefined;
}

/** A control plane that runs already. */
export interface AttachOptions {
  /** The path of its kubeconfig. */
  kubeconfig: string;
  /** Whether the engine empties and removes deleted namespaces, because no controller does. */
  deletesNamespaces: boolean;
}

/** An engine whose control plane is ready. It does not keep Node alive. */
export interface RunningEngine {
  readonly pid: number;
  readonly hello: HelloMessage;
  readonly ready: ReadyMessage;
  readonly steps: readonly StepMessage[];
  /** Resolves when the engine has ended, for whatever reason, and its data is removed. Never rejects. */
  readonly ended: Promise<EngineEnd>;
  /** The last lines of the engine's log, oldest first. */
  outputTail(): string[];
  /**
   * Ends the engine within two seconds. Resolves when the engine is gone; `isForced` is whether it had to be killed.
   * Safe to call twice, at the same time or when the engine is gone already.
   */
  stop(): Promise<EngineEnd>;
  /** Lets the engine outlive this process, whatever ends this process. Resolves when the engine has been notified. */
  detach(): Promise<void>;
}

/**
 * Starts an engine and resolves when its control plane is ready. When it rejects, no process is left running.
 * Rejects with `SEATRIAL_ENGINE_EXITED`, `SEATRIAL_ENGINE_PROTOCOL`, `SEATRIAL_ENGINE_NOT_EXECUTABLE`,
 * `SEATRIAL_TIMEOUT` or `SEATRIAL_CANCELLED`.
 */
export async function launchEngine(options: LaunchEngineOptions): Promise<RunningEngine> {
  const { enginePath, dataDir, logFile, signal } = options;
  const { startTimeoutMs = START_TIMEOUT_MS } = options;
  throwIfAborted(signal);
  checkAddressSpace(enginePath);
  const deadline = new Deadline(startTimeoutMs);
  const spawned = await spawnEngine({ enginePath, args: serveArguments(options), logFile });
  const removeHook = killOnExit(spawned.pid, dataDir);
  const channel = openControlChannel(spawned.channel, options.onStep);
  const lifetime = followLifetime(spawned, channel, dataDir, removeHook);

  const facts = (): LaunchFacts => {
    const { steps } = channel;
    return { enginePath, afterMs: deadline.elapsedMs, steps, outputTail: spawned.outputTail(), logFile };
  };
  const ended = spawned.ended.then((end): LaunchFailure => ({ kind: "ended", end }));
  const start = Promise.race([channel.outcome, ended]);
  let timedOut: LaunchFacts | undefined;
  const onTimeout = () => {
    timedOut = facts();
    return toLaunchTimeout(timedOut);
  };
  try {
    const outcome = await race(start, { deadline, signal, onTimeout });
    if (outcome.kind !== "ready") {
      const { afterMs } = facts();
      const { isForced, shortage } = await lifetime.stop();
      throw toLaunchError(outcome, { ...facts(), afterMs, isForced, shortage });
    }
    spawned.unref();
    const { hello, ready } = outcome;
    return {
      pid: spawned.pid,
      hello,
      ready,
      steps: channel.steps,
      outputTail: () => spawned.outputTail(),
      ...lifetime,
      detach: async () => {
        await new Promise<void>((resolve) => spawned.lifeline.end("detach\n", () => resolve()));
        removeHook();
        spawned.channel.destroy();
      },
    };
  } catch (error) {
    const { isForced } = await lifetime.stop();
    throw timedOut !== undefined && isForced ? toLaunchTimeout({ ...timedOut, isForced }) : error;
  }
}

function serveArguments({
  dataDir,
  isDetachable = false,
  simulationFile,
  realNodeFile,
  emulated,
  dryRunsOnly = false,
  attach,
  chartsOnly = false,
}: LaunchEngineOptions): string[] {
  const args = ["serve", "--data-dir", dataDir, `--lifeline=${isDetachable ? "start" : "stdin"}`];
  if (simulationFile !== undefined) args.push("--simulation", simulationFile);
  if (realNodeFile !== undefined) args.push("--real-node", realNodeFile);
  if (emulated !== undefined) args.push("--kubernetes-version", emulated);
  if (dryRunsOnly) args.push("--dry-runs-only");
  if (attach !== undefined) args.push("--attach", attach.kubeconfig);
  if (chartsOnly) args.push("--charts-only");
  if (attach?.deletesNamespaces === true) args.push("--delete-namespaces");
  return args;
}

// All callers share one end and one stop, however many ask and however the engine ends.
function followLifetime(spawned: SpawnedEngine, channel: ControlChannel, dataDir: string, removeHook: () => void) {
  let stopping: Promise<StoppedProcess> | undefined;
  let hasEnded = false;
  const ended = spawned.ended.then(async (end): Promise<EngineEnd> => {
    hasEnded = true;
    // An engine that was killed or crashed has left its directory.
    await removeOwn(dataDir).catch(() => undefined);
    removeHook();
    const isExpected = stopping !== undefined;
    const isForced = (await stopping)?.isForced ?? false;
    const reason = channel.reason();
    const hasFailed = end.exitCode !== 0;
    const output = [reason ?? "", ...spawned.outputTail()];
    const shortage = hasFailed ? await describeShortage(dirname(dataDir), output) : undefined;
    return { ...end, isForced, isExpected, reason, shortage };
  });
  const stop = (): Promise<EngineEnd> => {
    // The id of a process that is gone may belong to another process by now.
    if (!hasEnded) stopping ??= stopSpawnedEngine(spawned);
    return ended;
  };
  return { ended, stop };
}
