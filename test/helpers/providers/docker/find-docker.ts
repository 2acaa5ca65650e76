import { readFile } from "node:fs/promises";
import { execa } from "execa";
import { getContainerRuntimeClient } from "testcontainers";

/** The image of K3s to test with, in the container engine that `DOCKER_HOST` or the default names. */
export const k3sImage = process.env.SEATRIAL_TEST_K3S_IMAGE || undefined;

/**
 * Where the tests can start containers: with a Docker daemon of their own, or with the user's container engine. Else the reason
 * why they cannot.
 */
export type FoundDocker = { daemon: "own" | "user's"; reason?: undefined } | { reason: string };

/** Finds out where the tests can start containers. */
export async function findDocker(): Promise<FoundDocker> {
  if (k3sImage !== undefined) return { daemon: "user's" };
  // The control plane in the image is the engine of this machine.
  if (process.platform !== "linux") return { reason: `the tests' image needs Linux; this is ${process.platform}` };
  const reason = await whyNoDaemon();
  if (reason === undefined) return { daemon: "own" };
  return getContainerRuntimeClient().then(
    () => ({ daemon: "user's" as const }),
    () => ({ reason: `${reason}, and no container engine answers` }),
  );
}

async function whyNoDaemon(): Promise<string | undefined> {
  for (const program of ["dockerd", "containerd", "ctr", "runc", "ip", "unshare", "curl"]) {
    const { exitCode } = await execa("sh", ["-c", `command -v ${program}`], { reject: false });
    if (exitCode !== 0) return `${program} is not on PATH (Debian and Ubuntu: apt-get install docker.io iproute2 curl)`;
  }
  if (process.getuid?.() !== 0) return "only root can start dockerd";
  const status = await readFile("/proc/self/status", "utf8");
  const capabilities = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? "0"}`);
  // For bridges, and for mounts and namespaces.
  const has = (bit: bigint) => (capabilities >> bit) % 2n === 1n;
  return has(12n) && has(21n) ? undefined : "this process lacks CAP_NET_ADMIN or CAP_SYS_ADMIN";
}
