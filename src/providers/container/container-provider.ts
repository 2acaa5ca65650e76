import { EngineError } from "../../errors/engine-error.ts";
import { SeatrialError } from "../../errors/seatrial-error.ts";
import { TimeoutError } from "../../errors/timeout-error.ts";
import { Deadline } from "../../util/deadline.ts";
import { race, throwIfAborted } from "../../util/race.ts";
import { identifyCluster } from "../existing/identify-cluster.ts";
import type { ProvidedControlPlane, Provider, ProviderStart } from "../provider.ts";
import { ContainerLog } from "./container-log.ts";
import type { ContainerOptions } from "./container-options.ts";
import { startRemoval } from "./container-removal.ts";
import { type ImageArchive, loadImages, toImageArchives } from "./image-archives.ts";
import { k3sCommand } from "./k3s-command.ts";
import { k3sImageFor } from "./k3s-images.ts";
import { type LoadedTestcontainers, loadTestcontainers } from "./load-testcontainers.ts";
import { pullImage } from "./pull-image.ts";
import { connectRuntime, RUN_LABEL, type Runtime, reasonOf } from "./runtime.ts";
import { startReaper } from "./start-reaper.ts";
import { waitUntilReady } from "./wait-until-ready.ts";

const name = "container";

const capabilities = {
  controllers: true,
  simulates: false,
  answersWebhooks: false,
  installs: true,
  clusterScoped: true,
  deletesNamespacesAtOnce: false,
} as const;

/** What a container is started from. */
interface Prepared {
  packages: LoadedTestcontainers;
  runtime: Runtime;
  image: string;
  archives: readonly ImageArchive[];
  hasReaper: boolean;
}

/** See {@link ContainerOptions}. */
export function containerProvider(options: ContainerOptions): Provider {
  return {
    name,
    deletesNamespaces: false,
    start: async (start) => startK3s(await prepare(options, start), options, start),
  };
}

async function prepare(options: ContainerOptions, { dir, signal, onStep }: ProviderStart): Promise<Prepared> {
  const image = options.image ?? k3sImageFor(options.kubernetesVersion);
  const packages = await loadTestcontainers();
  const runtime = await connectRuntime(packages.testcontainers);
  const { imagesToLoad = [], withReuse = false } = options;
  const hasReaper = withReuse ? Promise.resolve(false) : startReaper(packages.testcontainers, runtime);
  await race(pullImage(packages.testcontainers, runtime, image), { signal });
  const archives = await race(toImageArchives(runtime, imagesToLoad, dir), { signal });
  const prepared = { packages, runtime, image, archives, hasReaper: await race(hasReaper, { signal }) };
  onStep?.("pull");
  return prepared;
}

async function startK3s(
  prepared: Prepared,
  options: ContainerOptions,
  start: ProviderStart,
): Promise<ProvidedControlPlane> {
  const { packages, runtime, image, archives, hasReaper } = prepared;
  const { withReuse = false } = options;
  const { timeoutMs, signal, onStep } = start;
  // A pull takes as long as it takes.
  const deadline = new Deadline(timeoutMs);
  const log = new ContainerLog(runtime, image, deadline);
  class WatchedContainer extends packages.k3s.K3sContainer {
    protected override async containerCreated(id: string): Promise<void> {
      log.watch(id);
    }
  }
  const container = new WatchedContainer(image)
    .withCommand(k3sCommand({ ...options, image, ...(await readFacts(runtime)) }))
    .withWaitStrategy(log)
    .withAutoCleanup(hasReaper);
  throwIfAborted(signal);
  const removal = withReuse ? undefined : await startRemoval(packages.path, runtime);
  if (removal === undefined) container.withReuse();
  else container.withLabels({ [RUN_LABEL]: removal.run });
  const starting = container.start();
  const orEnd = <Value>(work: Promise<Value>) => race(work, { signal, ended: log.orEnd() });
  try {
    const started = await orEnd(starting);
    onStep?.("boot");
    const kubeconfig = started.getKubeConfig();
    const waitingFor = `K3s of the image ${image} to be ready`;
    await orEnd(waitUntilReady(kubeconfig, { timeoutMs: deadline.remainingMs, waitingFor, signal }));
    await orEnd(loadImages(started, archives));
    const { pods, kubernetes } = await orEnd(identifyCluster(kubeconfig, image, signal));
    onStep?.("ready");
    const stop = async () => {
      log.close();
      await removal?.finish();
    };
    return {
      kubeconfig,
      capabilities: { ...capabilities, pods, owned: !withReuse },
      versions: { kubernetes, etcd: "" },
      cluster: withReuse ? `${image} in the container ${started.getId().slice(0, 12)}` : undefined,
      ended: log.ended.then(({ message }) => message),
      stop,
    };
  } catch (error) {
    const failure = toStartError(error, image, log, deadline);
    log.close();
    await removal?.remove();
    // The container engine may have created the container only after that.
    if (removal !== undefined) await starting.catch(() => undefined);
    await removal?.finish();
    throw failure;
  }
}

async function readFacts({ container: { dockerode }, info }: Runtime) {
  const { CgroupVersion: cgroupVersion } = (await dockerode.info()) as { CgroupVersion?: string };
  return { host: info.containerRuntime.host, cgroupVersion };
}

function toStartError(error: unknown, image: string, log: ContainerLog, deadline: Deadline): Error {
  if (error instanceof TimeoutError) {
    const { waitingFor, lastSeen } = error;
    return new TimeoutError({ waitedMs: deadline.elapsedMs, waitingFor, lastSeen, facts: log.facts() });
  }
  if (error instanceof SeatrialError) return error;
  const lines = [`The provider container could not start ${image}: ${reasonOf(error)}`];
  const outputTail = log.lines();
  lines.push(...log.facts().map((fact) => `  ${fact}`));
  return new EngineError("SEATRIAL_PROVIDER", lines.join("\n"), { outputTail, cause: error });
}
