import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { attachControlPlane, type ControlPlane, type SeatrialError } from "seatrial";
import { getContainerRuntimeClient } from "testcontainers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startControlPlane } from "../../src/boot/start-control-plane.ts";
import { provideEngine } from "../../src/engine/binary/provide-engine.ts";
import { makeTempDir, type TempDir } from "../../src/process/temp-dir.ts";
import type { ContainerOptions } from "../../src/providers/container/container-options.ts";
import { k3sImageFor } from "../../src/providers/container/k3s-images.ts";
import { configMap, writeChart } from "../helpers/charts/write-chart.ts";
import { describeContract } from "../helpers/providers/contract.ts";
import * as containers from "../helpers/providers/docker/containers.ts";
import { findDocker, k3sImage } from "../helpers/providers/docker/find-docker.ts";
import { buildK3sImage, buildSmallImage, removeImages, saveImage } from "../helpers/providers/docker/k3s-image.ts";
import { type Daemon, startPrivateDaemon } from "../helpers/providers/docker/private-daemon.ts";
import { hideSockets, startRunner } from "../helpers/providers/docker/start-runner.ts";
import { rejectionOf } from "../helpers/rejection-of.ts";
import { runCli } from "../helpers/run-cli.ts";
import { setTrap } from "../helpers/trap.ts";

const docker = await findDocker();
const hasDaemon = docker.reason === undefined && docker.daemon === "own";
const image = k3sImage ?? "seatrial.dev/k3s:test";
// Nothing listens on the port, so that a pull fails at once.
const missing = "127.0.0.1:1/missing:1";
const busybox = { image: "busybox:1.37", args: ["sleep", "infinity"] };

const start = (options: Omit<ContainerOptions, "name"> = {}, more: object = {}) =>
  startControlPlane({ provider: { name: "container", image, ...options }, ...more });
const failureOf = (options: Omit<ContainerOptions, "name">, more?: object) =>
  rejectionOf<SeatrialError>(start(options, more));

describe.skipIf(docker.reason !== undefined)("the provider container", () => {
  let daemon: Daemon | undefined;
  let dir: TempDir;
  let plane: ControlPlane;
  let ids: string[];
  const steps: string[] = [];
  beforeAll(async () => {
    dir = await makeTempDir("st-container-");
    if (hasDaemon) {
      daemon = await startPrivateDaemon();
      process.env.DOCKER_HOST = daemon.host;
      process.env.RYUK_CONTAINER_IMAGE = missing;
    }
    if (k3sImage === undefined) await buildK3sImage(hasDaemon ? [image, k3sImageFor("1.36")] : [image]);
    await buildSmallImage("seatrial.dev/named:1");
    await buildSmallImage("seatrial.dev/saved:1");
    await saveImage("seatrial.dev/saved:1", join(dir.path, "saved.tar"));
    const imagesToLoad = ["seatrial.dev/named:1", join(dir.path, "saved.tar")];
    plane = await start({ imagesToLoad }, { onStep: ({ name }: { name: string }) => steps.push(name) });
    ids = await containers.providersContainers();
  });
  afterAll(async () => {
    await plane?.stop();
    await removeImages(["seatrial.dev/named:1", ...(k3sImage === undefined ? [image] : [])]);
    await daemon?.[Symbol.asyncDispose]();
    await dir.remove();
  });
  describeContract(() => plane, k3sImage === undefined ? undefined : busybox);

  it("says what it is and what it can do", () => {
    expect(plane.provider).toBe("container");
    expect(plane.data.cluster).toBeUndefined();
    expect(plane.capabilities).toEqual({
      pods: k3sImage === undefined ? "simulated" : "real",
      controllers: true,
      simulates: false,
      answersWebhooks: false,
      owned: true,
      installs: true,
      clusterScoped: true,
      deletesNamespacesAtOnce: false,
    });
    expect(plane.versions).toMatchObject({ kubernetes: expect.stringMatching(/^v1\.\d+\.\d+/), etcd: "" });
  });

  it("shares its one container with all processes that attach to it", async () => {
    const attached = attachControlPlane(plane.data);
    expect(attached.capabilities).toEqual(plane.capabilities);
    const namespace = { apiVersion: "v1", kind: "Namespace", name: "kube-system" };
    expect(await attached.kube.get(namespace)).toEqual(await plane.kube.get(namespace));
    expect(await containers.providersContainers()).toEqual(ids);
    expect(ids).toHaveLength(1);
  });

  it("reports what is up while it starts", () => {
    expect(steps.slice(0, 3)).toEqual(["pull", "boot", "ready"]);
  });

  it("has the images that were to be loaded, from a tar and by name", async () => {
    const list = await containers.execIn(ids[0] ?? "", ["ctr", "--namespace", "k8s.io", "images", "list", "-q"]);
    expect(list.split("\n").map((name) => name.replace("docker.io/", ""))).toEqual(
      expect.arrayContaining(["seatrial.dev/named:1", "seatrial.dev/saved:1"]),
    );
  });

  it("keeps two runs at the same time apart, and removes what a killed one has left", async () => {
    const volumes = await containers.volumes();
    const runner = startRunner({ image });
    const other = await start();
    await runner.ready;
    const started = (await containers.providersContainers()).filter((id) => !ids.includes(id));
    expect(started).toHaveLength(2);
    const runs = await Promise.all(started.map(containers.runOf));
    const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: "mine" } };
    await other.kube.create(namespace);
    expect(await plane.kube.get({ ...namespace, name: "mine" })).toBeUndefined();

    await runner.kill();
    await expect.poll(containers.providersContainers, { timeout: 60_000 }).toHaveLength(2);
    expect(await other.kube.get({ ...namespace, name: "mine" })).toBeDefined();
    await other.stop();
    await containers.waitUntilOnly(ids);
    for (const run of runs) await containers.waitUntilNoCleaner(run);
    expect(await containers.volumes()).toEqual(volumes);
  });

  it("leaves nothing when the process is killed while it starts", async () => {
    const runner = startRunner({ image });
    const run = await containers.runOf(await containers.waitForAnother(ids));
    await runner.kill();
    await containers.waitUntilOnly(ids);
    await containers.waitUntilNoCleaner(run);
  });

  it("reports the end of its container to who uses the control plane", async () => {
    const other = await start();
    const [id = ""] = (await containers.providersContainers()).filter((each) => !ids.includes(each));
    const { container } = await getContainerRuntimeClient();
    await container.getById(id).kill();
    await other.ended;
    const error = await rejectionOf<SeatrialError>(other.helm.status({ namespace: "default", releaseName: "a" }));
    expect(error.code).toBe("SEATRIAL_ENGINE_EXITED");
    expect(error.message).toContain(`The container of ${image} has ended with exit code 137`);
    expect(error.message).toContain("the last lines of its log:");
    await other.stop();
    await containers.waitUntilOnly(ids);
  });

  it("shows the end of the log when K3s does not start, and leaves nothing", async () => {
    const error = await failureOf({ serverArgs: ["--no-such-argument"] });
    expect(error.code).toBe("SEATRIAL_PROVIDER");
    expect(error.message).toMatch(new RegExp(`^The container of ${image} has ended with exit code 1\n`));
    expect(error.message).toMatch(/the last lines of its log:\n.*flag provided but not defined: -+no-such-argument/s);
    expect(await containers.providersContainers()).toEqual(ids);
  });

  it("reports that K3s takes too long, and leaves nothing", async () => {
    const error = await failureOf({}, { startTimeout: "500ms" });
    expect(error.code).toBe("SEATRIAL_TIMEOUT");
    expect(error.message).toMatch(new RegExp(`^Timed out after \\d+ ms waiting for K3s of the image ${image} to b`));
    expect(await containers.providersContainers()).toEqual(ids);
  });

  it("leaves nothing when the start is cancelled", async () => {
    const cancel = new AbortController();
    const failure = failureOf({}, { signal: cancel.signal });
    await containers.waitForAnother(ids);
    cancel.abort();
    expect((await failure).code).toBe("SEATRIAL_CANCELLED");
    expect(await containers.providersContainers()).toEqual(ids);
  });

  it.skipIf(!hasDaemon)("reports that no container engine answers", async () => {
    const runner = startRunner({ image }, { DOCKER_HOST: "unix:///nowhere/docker.sock" }, hideSockets);
    const { message } = await rejectionOf(runner.ready);
    expect(message).toContain("SeatrialError: The provider container found no container engine that answers\n");
    expect(message).toContain("  DOCKER_HOST is unix:///nowhere/docker.sock\nHint: start Docker or Podman");
  });

  it("reports an image that does not exist before anything starts", async () => {
    const error = await failureOf({ image: missing });
    expect(error.code).toBe("SEATRIAL_PROVIDER");
    expect(error.message).toMatch(new RegExp(`^The image ${missing} cannot be pulled: .*refused\nHint: `));
    expect(await containers.providersContainers()).toEqual(ids);
  });

  it("reports an image to load that does not exist, or that cannot be loaded", async () => {
    const named = await failureOf({ imagesToLoad: ["seatrial.dev/missing:1"] });
    expect(named.message).toMatch(/^imagesToLoad: seatrial\.dev\/missing:1 is neither a file nor an image that/);
    const text = join(dir.path, "text.tar");
    await writeFile(text, "not a tar\n");
    const broken = await failureOf({ imagesToLoad: [text] });
    expect(broken.code).toBe("SEATRIAL_PROVIDER");
    expect(broken.message).toContain(`imagesToLoad: ${text} cannot be loaded\n  ctr: `);
    expect(await containers.providersContainers()).toEqual(ids);
  });

  it("uses a container again only when asked to, and then leaves it", async () => {
    const first = await start({ withReuse: true });
    expect(first.capabilities.owned).toBe(false);
    const namespace = { apiVersion: "v1", kind: "Namespace", name: "kept" };
    await first.kube.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: "kept" } });
    await first.stop();
    const second = await start({ withReuse: true });
    const { cluster } = second.data;
    expect(cluster).toBe(first.data.cluster);
    expect(await second.kube.get(namespace)).toBeDefined();
    await second.stop();
    const { dockerode } = (await getContainerRuntimeClient()).container;
    await dockerode.getContainer(cluster?.split(" ").at(-1) ?? "").remove({ force: true, v: true });
  });

  it.skipIf(!hasDaemon)("is what `check --provider container:1.36` uses, whatever the ambient kubeconfig", async () => {
    const chart = await writeChart({ "templates/a.yaml": configMap("a") });
    const trap = await setTrap();
    const before = await trap.traces();
    const env = { ...trap.env, SEATRIAL_ENGINE: (await provideEngine()).path };
    const args = ["check", chart, "--provider", "container:1.36", "--json"];
    const { exitCode, stdout, stderr } = await runCli(args, { env });
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    expect(trap.connections()).toBe(0);
    expect(await trap.traces()).toEqual(before);
    const { controlPlane } = JSON.parse(stdout) as { controlPlane: object };
    expect(controlPlane).toMatchObject({ provider: "container", pods: "simulated" });
    expect(await containers.providersContainers()).toEqual(ids);
  });
});
