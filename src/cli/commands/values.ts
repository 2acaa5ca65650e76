import { parseAllowance } from "../../findings/rules/allowance.ts";
import { toJsonValues, toJsonValuesFailure } from "../../report/inputs/json-values.ts";
import { renderValues } from "../../report/inputs/render-values.ts";
import { planTrials } from "../../trial/plan-trials.ts";
import { toTrialError } from "../../trial/step-runner.ts";
import { judgeValues } from "../../values/judge-values.ts";
import { exitCodeOfError, exitCodeOfVerdict } from "../exit-code.ts";
import type { GlobalOptions } from "../global-options.ts";
import { openTerminal, writeLines } from "../terminal.ts";
import { readInputs } from "./check-inputs.ts";
import { renderWith } from "./render-with.ts";

/** Options of `seatrial values`. */
export interface ValuesCommandOptions {
  filter?: string[];
  values?: string[];
  set?: string[];
  namespace?: string;
  releaseName?: string;
  allow?: string[];
  strict?: boolean;
  json?: boolean;
}

/** Judges the values of charts, prints what is wrong and resolves with the exit code. */
export async function values(paths: string[], options: ValuesCommandOptions & GlobalOptions): Promise<number> {
  const startedMs = performance.now();
  try {
    await readInputs(options);
    const { filter, set = [], namespace, releaseName, allow = [], strict = false } = options;
    const { plans } = await planTrials(paths, { filters: filter, values: options.values });
    const result = await renderWith(options, (renderer) => {
      const rules = { allowances: allow.map(parseAllowance), isStrict: strict };
      const inputs = { set, setString: [], namespace, releaseName };
      return judgeValues(plans, { renderer, inputs, rules }, startedMs);
    });
    const exitCode = exitCodeOfVerdict(result.verdict);
    const { style, width } = openTerminal(process.stdout, options.color);
    const lines =
      options.json === true
        ? [JSON.stringify(toJsonValues(result, exitCode), null, 2)]
        : renderValues(result, style, width);
    await writeLines(process.stdout, lines);
    return exitCode;
  } catch (error) {
    if (options.json !== true) throw error;
    const exitCode = exitCodeOfError(error);
    const failure = toJsonValuesFailure(toTrialError(error), exitCode, performance.now() - startedMs);
    await writeLines(process.stdout, [JSON.stringify(failure, null, 2)]);
    return exitCode;
  }
}
