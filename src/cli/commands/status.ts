import { findBackgroundPlane } from "../../plane/background.ts";
import type { BackgroundPlane } from "../../plane/background-state.ts";
import { exitCodes } from "../exit-code.ts";
import { writeLines } from "../terminal.ts";

/** Tells whether the background plane is up: exit code 0, else 3. */
export async function status({ json }: { json?: boolean }): Promise<number> {
  const plane = await findBackgroundPlane();
  const lines = json === true ? [JSON.stringify(toJson(plane), null, 2)] : toLines(plane);
  await writeLines(process.stdout, lines);
  return plane === undefined ? exitCodes.couldNotCheck : exitCodes.passed;
}

function toJson(plane: BackgroundPlane | undefined) {
  if (plane === undefined) return { schemaVersion: 1, up: false };
  const { startedAt, bootMs, enginePath, logFile, data } = plane;
  const { server, kubeconfigPath: kubeconfig, pid, versions } = data;
  return { schemaVersion: 1, up: true, server, kubeconfig, pid, startedAt, bootMs, versions, enginePath, logFile };
}

function toLines(plane: BackgroundPlane | undefined): string[] {
  if (plane === undefined) return ["No control plane is up in the background; `seatrial up` starts one"];
  const { versions, server, kubeconfigPath, pid } = plane.data;
  return [
    `The control plane is up since ${plane.startedAt}`,
    `  Kubernetes  ${versions.kubernetes}, Helm ${versions.helm}, etcd ${versions.etcd}`,
    `  server      ${server}`,
    `  kubeconfig  ${kubeconfigPath}`,
    `  process     ${pid}, ${plane.enginePath}`,
    `  log         ${plane.logFile}`,
  ];
}
