import { findBackgroundPlane } from "../../background/background-plane.ts";
import { type FoundStart, findStart } from "../../background/detached-start.ts";
import type { BackgroundPlane } from "../../background/state-file.ts";
import { toPrintableLine } from "../../util/text/printable.ts";
import { exitCodes } from "../exit-code.ts";
import { writeLines } from "../terminal.ts";

/** Shows whether the background plane is up: exit code 0 when it is, else 3. */
export async function status({ json }: { json?: boolean }): Promise<number> {
  const plane = await findBackgroundPlane();
  const start = plane === undefined ? await findStart() : undefined;
  const lines = json === true ? [JSON.stringify(toJson(plane, start), null, 2)] : toLines(plane, start);
  await writeLines(process.stdout, lines);
  return plane === undefined ? exitCodes.couldNotCheck : exitCodes.passed;
}

function toJson(plane: BackgroundPlane | undefined, start: FoundStart | undefined) {
  if (plane === undefined) return { schemaVersion: 1, up: false, ...(start === undefined ? {} : { start }) };
  const { startedAt, bootMs, enginePath, logFile, data, kubeconfigPath: kubeconfig } = plane;
  const { server, pid, versions, provider } = data;
  const facts = { server, provider, kubeconfig, pid, startedAt, bootMs, versions, enginePath, logFile };
  return { schemaVersion: 1, up: true, ...facts };
}

function toLines(plane: BackgroundPlane | undefined, start: FoundStart | undefined): string[] {
  if (plane === undefined) return start === undefined ? [none] : startLines(start);
  const { versions, server, pid, provider } = plane.data;
  const by = versions.emulatedBy === undefined ? "" : ` (emulated by ${versions.emulatedBy})`;
  const etcd = versions.etcd === "" ? "" : `, etcd ${versions.etcd}`;
  const from = provider === "engine" ? "" : `, provider ${provider}`;
  return [
    `The control plane has been up since ${plane.startedAt}`,
    `  Kubernetes  ${versions.kubernetes}${by}, Helm ${versions.helm}${etcd}${from}`,
    `  server      ${server}`,
    `  kubeconfig  ${plane.kubeconfigPath}`,
    `  process     ${pid}, ${plane.enginePath}`,
    `  log         ${plane.logFile}`,
  ];
}

const none = "No control plane is up in the background; `seatrial up` starts one";

function startLines({ isRunning, startedAt, pid, lastLine, logFile }: FoundStart): string[] {
  const first = isRunning
    ? `The control plane is not up yet: process ${pid} has been starting it since ${startedAt}`
    : "No control plane is up in the background: the last start failed; `seatrial up` starts one";
  return [first, ...(lastLine === "" ? [] : [`  last line  ${toPrintableLine(lastLine)}`]), `  log        ${logFile}`];
}
