import { findBackgroundPlane, startBackgroundPlane } from "../../background/background-plane.ts";
import { forgetStart, startDetached } from "../../background/detached-start.ts";
import { statePaths } from "../../background/state-directory.ts";
import { buildPathsFor } from "../../engine/binary/build-paths.ts";
import { provideEngine } from "../../engine/binary/provide-engine.ts";
import { UsageError } from "../../errors/usage-error.ts";
import { readKubernetesVersion, sourceOfVersion } from "../../plane/kubernetes-version.ts";
import type { ProviderName } from "../../providers/provider-names.ts";
import type { ProviderOption } from "../../providers/provider-options.ts";
import { makeLiveReporter } from "../../report/live-reporter.ts";
import { makePlainReporter } from "../../report/plain-reporter.ts";
import { readStages } from "../../simulation/read-stages.ts";
import { formatDuration } from "../../util/duration.ts";
import { exitCodes } from "../exit-code.ts";
import { type RealNodeFlags, toRealNodeOption } from "../flags/real-node-flags.ts";
import type { GlobalOptions } from "../global-options.ts";
import { listenForInterrupt } from "../interrupt.ts";
import { planeEnv } from "../plane-env.ts";
import { renderEnv } from "../shell.ts";
import { openTerminal, writeLines } from "../terminal.ts";

/** Options of `seatrial up`. */
export interface UpOptions extends RealNodeFlags {
  wait?: boolean;
  stages?: string[];
  provider?: ProviderName;
  kubeVersion?: string;
}

/**
 * Starts the background plane unless it is up; with `wait: false` in another process, without waiting for it. Only the
 * `export` lines go to stdout, so that `eval "$(seatrial up)"` works.
 */
export async function up({ wait, ...options }: UpOptions & GlobalOptions): Promise<number> {
  return wait === false ? startWithoutWait(options) : startAndWait(options);
}

async function startAndWait(options: UpOptions & GlobalOptions): Promise<number> {
  checkProvider(options);
  const realNode = toRealNodeOption(options, options.provider);
  const stages = await stagesOf(options);
  const kubernetesVersion = versionOf(options);
  const paths = buildPathsFor(sourceOfVersion(kubernetesVersion).built);
  const { output, style, isLive } = openTerminal(process.stderr, options.color);
  const reporter = isLive ? makeLiveReporter(output, style) : makePlainReporter(output, style);
  using interrupt = listenForInterrupt();
  const { signal } = interrupt;
  try {
    const { plane, isNew } = await startBackgroundPlane({
      provideEngine: () => provideEngine({ onProgress: (progress) => reporter.building(progress), signal }, paths),
      onStep: (step) => reporter.booting(step),
      stages,
      provider: options.provider as ProviderOption | undefined,
      kubernetesVersion,
      realNode,
      signal,
      onWait: (sentence) => reporter.note(sentence),
    });
    reporter.close();
    const { versions, server, pid } = plane.data;
    const state = isNew ? `is up after ${formatDuration(plane.bootMs)}` : `has been up since ${plane.startedAt}`;
    await forgetStart();
    await writeLines(process.stderr, [
      `The control plane ${state}: Kubernetes ${versions.kubernetes}, ${server}, process ${pid}`,
    ]);
    await writeLines(process.stdout, renderEnv(planeEnv(plane), "bash"));
    return exitCodes.passed;
  } finally {
    reporter.close();
  }
}

// A cluster of somebody else is up without seatrial.
function checkProvider({ provider, stages = [] }: UpOptions): void {
  if (provider === "existing") {
    throw new UsageError(
      "up --provider existing: the cluster is up already, and seatrial neither starts nor stops it",
      {
        hint: "use `seatrial check --provider existing`, or the cluster's own kubeconfig",
      },
    );
  }
  if (provider === undefined || provider === "engine" || stages.length === 0) return;
  throw new UsageError(`up --stages: the provider ${provider} does not simulate; only the provider engine does`);
}

function versionOf({ kubeVersion, provider, realNode }: UpOptions): string | undefined {
  if (kubeVersion === undefined) return undefined;
  if (provider !== undefined && provider !== "engine") {
    throw new UsageError(`up --kube-version: the provider ${provider} does not emulate; only the provider engine does`);
  }
  if (realNode === true)
    throw new UsageError("up --kube-version cannot be used with --real-node: a kubelet emulates nothing");
  return readKubernetesVersion("--kube-version", kubeVersion);
}

async function stagesOf({ stages = [] }: UpOptions): ReturnType<typeof readStages> {
  return stages.length === 0 ? [] : readStages("--stages", stages);
}

async function startWithoutWait(options: UpOptions & GlobalOptions): Promise<number> {
  const { stages = [], provider, loadImage = [] } = options;
  checkProvider(options);
  const realNode = toRealNodeOption(options, provider);
  // An invalid file or version is to be reported here, not in a log.
  await stagesOf(options);
  const version = versionOf(options);
  const plane = await findBackgroundPlane();
  const args = [
    ...stages.flatMap((path) => ["--stages", path]),
    ...(provider === undefined ? [] : ["--provider", provider]),
    ...(version === undefined ? [] : ["--kube-version", version]),
    ...(realNode === undefined ? [] : ["--real-node"]),
    ...loadImage.flatMap((path) => ["--load-image", path]),
  ];
  if (plane !== undefined && args.length > 0) return startAndWait(options);
  const start = plane === undefined ? await startDetached(args) : undefined;
  const line =
    start === undefined
      ? `The control plane has been up since ${plane?.startedAt}`
      : `The control plane is being started by process ${start.pid}; \`seatrial status\` shows the progress`;
  await writeLines(process.stderr, [line]);
  await writeLines(process.stdout, renderEnv(planeEnv(statePaths()), "bash"));
  return exitCodes.passed;
}
