import { examineMachine } from "../../doctor/examine.ts";
import { renderDoctor } from "../../report/doctor-screen.ts";
import { exitCodes } from "../exit-code.ts";
import type { GlobalOptions } from "../program.ts";
import { openTerminal, writeLines } from "../terminal.ts";

const PROBE_TIMEOUT_MS = 2000;

/** Tells what this machine can do and what would stop a boot: exit code 0, else 3. */
export async function doctor({ json, color }: { json?: boolean } & GlobalOptions): Promise<number> {
  const report = await examineMachine({ env: process.env, root: "/", timeoutMs: PROBE_TIMEOUT_MS });
  const { style, width } = openTerminal(process.stdout, color);
  const lines =
    json === true
      ? [JSON.stringify(report, null, 2)]
      : renderDoctor(report, style, Number.isFinite(width) ? Math.min(width, 100) : 80);
  await writeLines(process.stdout, lines);
  return report.canBoot ? exitCodes.passed : exitCodes.couldNotCheck;
}
