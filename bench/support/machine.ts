import { availableParallelism, cpus, loadavg } from "node:os";
import { execa } from "execa";

/** Describes the machine and the versions that the figures depend on, in one line. */
export async function describeMachine(enginePath: string): Promise<string> {
  const { stdout } = await execa(enginePath, ["version"]);
  const { kubernetes, helm, etcd, go } = JSON.parse(stdout) as Record<string, string>;
  const model = cpus()[0]?.model.trim() ?? "unknown processor";
  return [
    `${availableParallelism()} cores (${model})`,
    `${process.platform} ${process.arch}`,
    `Node ${process.version}`,
    `${go}`,
    `Kubernetes ${kubernetes}, Helm ${helm}, etcd ${etcd}`,
  ].join(" · ");
}

/** The load average of the last minute: figures of a busy machine are less reliable. */
export function describeLoad(): string {
  return `load average ${(loadavg()[0] ?? 0).toFixed(1)}`;
}
