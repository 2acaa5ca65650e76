import { existsSync, readFileSync } from "node:fs";
import { freemem } from "node:os";
import { dirname } from "node:path";
import { startControlPlane } from "seatrial";
import { expect, it, onTestFinished, vi } from "vitest";
import { makeTempDir } from "../../src/process/temp-dir.ts";
import { skipLoudly } from "../helpers/sandbox/skip-loudly.ts";
import { waitUntilNoTraces } from "../helpers/traces.ts";

const COUNT = 20;
const NEEDED_BYTES = COUNT * 540 * 2 ** 20;

it("twenty control planes that start at once all come up and share nothing", async (context) => {
  const availableBytes = readAvailable();
  if (availableBytes < NEEDED_BYTES) {
    skipLoudly(
      context,
      `${COUNT} control planes need ${toGiB(NEEDED_BYTES)} GiB of memory, ${toGiB(availableBytes)} are available`,
    );
  }
  const { path: tempDir, remove } = await makeTempDir("st-many-");
  vi.stubEnv("TMPDIR", tempDir);
  onTestFinished(async () => {
    vi.unstubAllEnvs();
    await remove();
  });
  const startedAt = performance.now();
  const planes = await Promise.all(Array.from({ length: COUNT }, () => startControlPlane({ startTimeout: "5m" })));
  await context.annotate(`${COUNT} ready after ${Math.round(performance.now() - startedAt)} ms`);
  onTestFinished(async () => void (await Promise.all(planes.map((plane) => plane.stop()))));

  const authorities = planes.map(
    ({ kubeconfigPath }) => /certificate-authority-data: (\S+)/.exec(readFileSync(kubeconfigPath, "utf8"))?.[1],
  );
  const ids = await Promise.all(
    planes.map(
      async ({ kube }) => (await kube.get({ apiVersion: "v1", kind: "Namespace", name: "kube-system" }))?.metadata.uid,
    ),
  );
  const distinct: Record<string, unknown[]> = {
    servers: planes.map(({ data }) => data.server),
    directories: planes.map(({ data }) => data.dataDir),
    sockets: planes.map(({ data }) => data.engineSocket),
    processes: planes.map(({ data }) => data.pid),
    authorities,
    ids,
  };
  for (const [what, values] of Object.entries(distinct)) {
    expect(values, what).not.toContain(undefined);
    expect(new Set(values).size, what).toBe(COUNT);
  }
  // What is written to one is in no other.
  await Promise.all(
    planes.map(({ kube }, index) =>
      kube.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: `of-${index}` } }),
    ),
  );
  for (const [index, { kube }] of planes.entries()) {
    const names = (await kube.list("v1", "Namespace")).map(({ metadata }) => metadata.name ?? "");
    expect(names.filter((name) => name.startsWith("of-"))).toEqual([`of-${index}`]);
  }

  const stoppedAt = performance.now();
  await Promise.all(planes.map((plane) => plane.stop()));
  await context.annotate(`${COUNT} stopped after ${Math.round(performance.now() - stoppedAt)} ms`);
  await waitUntilNoTraces(tempDir);
  expect(planes.filter(({ data }) => existsSync(dirname(data.kubeconfigPath)))).toEqual([]);
}, 400_000);

function readAvailable(): number {
  try {
    return Number(/^MemAvailable: +(\d+) kB/m.exec(readFileSync("/proc/meminfo", "utf8"))?.[1]) * 1024;
  } catch {
    return freemem();
  }
}

function toGiB(bytes: number): string {
  return (bytes / 2 ** 30).toFixed(1);
}
