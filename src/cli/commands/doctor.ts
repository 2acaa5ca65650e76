import { examineMachine } from "../../doctor/examine-machine.ts";
import { UsageError } from "../../errors/usage-error.ts";
import { pinKubeconfig } from "../../kube/pin-kubeconfig.ts";
import { identifyCluster } from "../../providers/existing/identify-cluster.ts";
import { renderDoctorScreen } from "../../report/doctor-screen.ts";
import { toPrintableLine } from "../../util/text/printable.ts";
import { exitCodes } from "../exit-code.ts";
import type { GlobalOptions } from "../global-options.ts";
import { openTerminal, writeLines } from "../terminal.ts";

const PROBE_TIMEOUT_MS = 2000;

/** Options of `seatrial doctor`. */
export interface DoctorOptions {
  json?: boolean | undefined;
  kubeconfig?: string | undefined;
  context?: string | undefined;
}

/**
 * Shows what this machine can do. Exit code 3 when something prevents a control plane from starting, else 0. With a kubeconfig
 * and a context it shows which cluster that is instead.
 */
export async function doctor({ json, kubeconfig, context, color }: DoctorOptions & GlobalOptions): Promise<number> {
  if (kubeconfig !== undefined || context !== undefined) return showCluster({ json, kubeconfig, context });
  const report = await examineMachine({ env: process.env, root: "/", timeoutMs: PROBE_TIMEOUT_MS });
  const { style, width } = openTerminal(process.stdout, color);
  const lines =
    json === true
      ? [JSON.stringify(report, null, 2)]
      : renderDoctorScreen(report, style, Number.isFinite(width) ? Math.min(width, 100) : 80);
  await writeLines(process.stdout, lines);
  return report.canBoot ? exitCodes.passed : exitCodes.couldNotCheck;
}

async function showCluster({ json, kubeconfig = "", context = "" }: DoctorOptions): Promise<number> {
  if (kubeconfig === "" || context === "") {
    throw new UsageError("doctor: --kubeconfig and --context can only be used together");
  }
  const { server, uid, kubernetes, pods, whyNotLocal } = await identifyCluster(
    await pinKubeconfig(kubeconfig, context),
    context,
  );
  const cluster = {
    context,
    server: server.origin,
    clusterUid: uid,
    kubernetes,
    pods,
    isLocal: whyNotLocal === undefined,
  };
  const lines = [
    `cluster     ${context} at ${server.origin}`,
    `cluster uid ${uid}`,
    `kubernetes  ${kubernetes}`,
    `local       ${whyNotLocal === undefined ? "yes" : `not known: ${whyNotLocal}`}`,
  ];
  await writeLines(process.stdout, json === true ? [JSON.stringify(cluster, null, 2)] : lines.map(toPrintableLine));
  return exitCodes.passed;
}
