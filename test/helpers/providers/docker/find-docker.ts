import { readFile } from "node:fs/promises";
import { execa } from "execa";

/** The image of K3s to test with, in the container engine that `DOCKER_HOST` or the default names. */
export const k3sImage = process.env.SEATRIAL_TEST_K3S_IMAGE || undefined;

/** Why the tests in containers cannot run here; `undefined` when they can. */
export async function whyNoDocker(): Promise<string | undefined> {
  if (k3sImage !== undefined) return undefined;
  if (process.platform !== "linux") return `a Docker daemon of the tests' own needs Linux; this is ${process.platform}`;
  if (process.getuid?.() !== 0) return "a Docker daemon of the tests' own must be started by root";
  for (const program of ["dockerd", "containerd", "ctr", "runc", "ip", "unshare", "curl"]) {
    const { exitCode } = await execa("sh", ["-c", `command -v ${program}`], { reject: false });
    if (exitCode !== 0) return `${program} is not on PATH (Debian and Ubuntu: apt-get install docker.io iproute2 curl)`;
  }
  const status = await readFile("/proc/self/status", "utf8");
  const capabilities = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? "0"}`);
  // Mounts, namespaces and bridges.
  const hasAdmin = [12n, 21n].every((bit) => (capabilities >> bit) % 2n === 1n);
  return hasAdmin ? undefined : "this process lacks CAP_SYS_ADMIN or CAP_NET_ADMIN";
}
