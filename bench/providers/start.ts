import { mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { load } from "js-yaml";
import type { ControlPlaneOptions } from "../../src/boot/control-plane-options.ts";
import { startControlPlane } from "../../src/boot/start-control-plane.ts";
import { makeTempDir } from "../../src/process/temp-dir.ts";
import { whyNoRealNode } from "../../src/real-node/require-machine.ts";
import { buildApiServer, buildEtcd } from "../emulation/build-programs.ts";
import { type Contender, contest, timed } from "../support/contest.ts";
import type { BenchOptions } from "../support/options.ts";
import { runBenches } from "../support/run-benches.ts";
import { contestTable, type Report } from "../support/table.ts";

// The newest patch of an older version of which the Go module proxy has all modules.
const API_SERVER = "1.36.4";

/** The start of a control plane by each provider that this machine can use, until charts can be installed or dry-run. */
export async function startProviders({ runs = 5, enginePath }: BenchOptions): Promise<Report[]> {
  await using dir = await makeTempDir("seatrial-bench-");
  const assets = join(dir.path, "assets");
  await mkdir(assets);
  await symlink(await buildEtcd(dir.path), join(assets, "etcd"));
  await symlink(await buildApiServer(API_SERVER), join(assets, "kube-apiserver"));
  await using cluster = await startControlPlane({ enginePath });
  const { "current-context": context } = load(await cluster.kubeconfig()) as { "current-context": string };
  const existing = { name: "existing", kubeconfig: cluster.kubeconfigPath, context, allowInstall: true } as const;
  const noRealNode = whyNoRealNode();
  const starts = (name: string, options: ControlPlaneOptions): Contender => ({
    name,
    run: async () => {
      let stop: (() => Promise<unknown>) | undefined;
      try {
        return await timed(async () => {
          const plane = await startControlPlane({ enginePath, ...options });
          stop = () => plane.stop();
        });
      } finally {
        await stop?.();
      }
    },
  });
  const rows = await contest(
    [
      starts("engine", {}),
      ...(noRealNode === undefined ? [starts("engine, with a real node", { realNode: true })] : []),
      starts(`envtest, kube-apiserver ${API_SERVER}`, { provider: { name: "envtest", assets } }),
      starts("existing, a cluster that is up", { provider: existing }),
    ],
    { runs },
  );
  return [
    {
      title: `Start of a control plane, by provider (${runs} runs)`,
      table: contestTable(rows),
      notes: [
        "The time of `startControlPlane`, until its nodes are Ready. An engine starts for all " +
          "of them: the other providers need it for Helm.",
        ...(noRealNode === undefined ? [] : [`Not measured: a real node. ${noRealNode}`]),
        "Not measured: k3s and container, whose programs come from a registry.",
      ],
    },
  ];
}

if (import.meta.main) await runBenches(startProviders);
