import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { probeProviders } from "../../../src/doctor/probes/providers.ts";
import { SeatrialError } from "../../../src/errors/seatrial-error.ts";
import { healthy } from "../../helpers/doctor/healthy-facts.ts";
import { makeMachine, writePrograms } from "../../helpers/doctor/machine.ts";

const { engine, k3s } = healthy;
const nothing = () => {
  const message = "The provider container requires the package @testcontainers/k3s, which is not installed";
  throw new SeatrialError("SEATRIAL_PROVIDER", message, { hint: "install them: npm install --save-dev a b" });
};
const everything = () => undefined;
const of = async (name: string, ...args: Parameters<typeof probeProviders>) =>
  (await probeProviders(...args)).find((facts) => facts.name === name);

/** A server that answers as a Docker engine, at a socket in the machine's directory or on a port. */
async function listen(where: string | number, isSilent = false): Promise<number> {
  const server = createServer((_request, response) => {
    if (!isSilent) response.end("OK");
  });
  await new Promise<void>((resolve) => server.listen(where, resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return typeof where === "number" ? (server.address() as AddressInfo).port : 0;
}

describe("probeProviders", () => {
  it("says that all providers can be used where everything is there", async () => {
    const machine = await makeMachine();
    const bin = await writePrograms(join(machine.root, "assets"), { etcd: "true", "kube-apiserver": "true" });
    const socket = join(machine.root, "docker.sock");
    await listen(socket);
    const env = { ...machine.env, KUBEBUILDER_ASSETS: bin, DOCKER_HOST: `unix://${socket}` };
    const found = await probeProviders({ ...machine, env }, { engine, k3s }, everything);
    const usable = { usable: true, missing: null, fix: null };
    expect(found).toEqual(["engine", "envtest", "k3s", "container", "existing"].map((name) => ({ name, ...usable })));
  });

  it("says what each provider lacks, and how to get it", async () => {
    const machine = await makeMachine({
      env: { KUBEBUILDER_ASSETS: "/does/not/exist", DOCKER_HOST: "unix:///does/not/exist.sock" },
    });
    const missing = { path: null, version: null, problem: null, isSilent: false };
    const found = await probeProviders(machine, { engine, k3s: missing }, nothing);
    expect(found).toEqual([
      { name: "engine", usable: true, missing: null, fix: null },
      {
        name: "envtest",
        usable: false,
        missing: "no etcd, kube-apiserver in /does/not/exist",
        fix: "`setup-envtest use 1.35.x -p path` downloads them and prints their directory: set KUBEBUILDER_ASSETS to it",
      },
      {
        name: "k3s",
        usable: false,
        missing: "k3s is not on PATH",
        fix: "install K3s (https://docs.k3s.io) and put it on PATH",
      },
      {
        name: "container",
        usable: false,
        missing:
          "the package @testcontainers/k3s, which is not installed; no Docker engine at /does/not/exist.sock (ENOENT)",
        fix: "install them: npm install --save-dev a b; start Docker, or set DOCKER_HOST",
      },
      { name: "existing", usable: true, missing: null, fix: null },
    ]);
  });

  it("names programs of envtest in different directories with their paths", async () => {
    const env = { TEST_ASSET_ETCD: "/etc/passwd", TEST_ASSET_KUBE_APISERVER: "/does/not/exist" };
    expect(await of("envtest", await makeMachine({ env }), { engine, k3s }, everything)).toMatchObject({
      missing: "/etc/passwd cannot be executed, /does/not/exist does not exist",
    });
  });

  it("asks the Docker engine that DOCKER_HOST names by address", async () => {
    const port = await listen(0);
    const machine = await makeMachine({ env: { DOCKER_HOST: `tcp://127.0.0.1:${port}` } });
    expect(await of("container", machine, { engine, k3s }, everything)).toMatchObject({ usable: true });
  });

  it("does not wait for a Docker engine that does not answer", async () => {
    const port = await listen(0, true);
    const host = `tcp://127.0.0.1:${port}`;
    const machine = await makeMachine({ env: { DOCKER_HOST: host }, timeoutMs: 200 });
    const missing = `the Docker engine at ${host} did not answer in 0.2 s`;
    expect(await of("container", machine, { engine, k3s }, everything)).toMatchObject({ usable: false, missing });
  });

  it("does not guess how to reach an engine over SSH", async () => {
    const machine = await makeMachine({ env: { DOCKER_HOST: "ssh://me@host" } });
    const missing = "DOCKER_HOST is ssh://me@host, which is neither unix:// nor tcp://";
    expect(await of("container", machine, { engine, k3s }, everything)).toMatchObject({ usable: false, missing });
  });

  it("names only the packages when a Docker engine answers", async () => {
    const port = await listen(0);
    const machine = await makeMachine({ env: { DOCKER_HOST: `tcp://127.0.0.1:${port}` } });
    expect(await of("container", machine, { engine, k3s }, nothing)).toMatchObject({
      missing: "the package @testcontainers/k3s, which is not installed",
      fix: "install them: npm install --save-dev a b",
    });
  });

  it("says that a k3s which does not answer cannot be used", async () => {
    const broken = { ...k3s, version: null, problem: "ended with exit code 1" };
    expect(await of("k3s", await makeMachine(), { engine, k3s: broken }, nothing)).toMatchObject({
      usable: false,
      missing: "/usr/local/bin/k3s ended with exit code 1",
    });
  });

  it("says that every provider needs an engine", async () => {
    const lost = { ...engine, source: null, problem: { message: "no Go", fix: "install Go", stopsBoot: true } };
    const found = await probeProviders(await makeMachine(), { engine: lost, k3s }, everything);
    expect(found.filter(({ usable }) => usable)).toEqual([]);
    expect(found[0]).toEqual({ name: "engine", usable: false, missing: "an engine: no Go", fix: "install Go" });
  });
});
