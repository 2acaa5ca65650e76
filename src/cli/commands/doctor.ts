import { examineMachine } from "../../doctor/examine-machine.ts";
import { renderDoctorScreen } from "../../report/doctor-screen.ts";
import { exitCodes } from "../exit-code.ts";
import type { GlobalOptions } from "../global-options.ts";
import { openTerminal, writeLines } from "../terminal.ts";

const PROBE_TIMEOUT_MS = 2000;

/** Shows what this machine can do. Exit code 3 when something prevents a control plane from starting, else 0. */
export async function doctor({ json, color }: { json?: boolean } & GlobalOptions): Promise<number> {
  const report = await examineMachine({ env: process.env, root: "/", timeoutMs: PROBE_TIMEOUT_MS });
  const { style, width } = openTerminal(process.stdout, color);
  const lines =
    json === true
      ? [JSON.stringify(report, null, 2)]
      : renderDoctorScreen(report, style, Number.isFinite(width) ? Math.min(width, 100) : 80);
  await writeLines(process.stdout, lines);
  return report.canBoot ? exitCodes.passed : exitCodes.couldNotCheck;
}
