import { availableParallelism, cpus, loadavg } from "node:os";
import { execa } from "execa";

/** The machine and the versions, for the line above a table. */
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

/** The load average of the last minute: figures taken on a busy machine are worth less. */
export function describeLoad(): string {
  return `load average ${(loadavg()[0] ?? 0).toFixed(1)}`;
}
