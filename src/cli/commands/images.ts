import { listImages } from "../../images/list-images.ts";
import { toJsonImages, toJsonImagesFailure } from "../../report/inputs/json-images.ts";
import { renderImages } from "../../report/inputs/render-images.ts";
import { planTrials } from "../../trial/plan-trials.ts";
import { toTrialError } from "../../trial/step-runner.ts";
import { exitCodeOfError, exitCodeOfVerdict } from "../exit-code.ts";
import type { GlobalOptions } from "../global-options.ts";
import { openTerminal, writeLines } from "../terminal.ts";
import { readInputs } from "./check-inputs.ts";
import { renderWith } from "./render-with.ts";

/** Options of `seatrial images`. */
export interface ImagesCommandOptions {
  filter?: string[];
  values?: string[];
  set?: string[];
  namespace?: string;
  releaseName?: string;
  online?: boolean;
  json?: boolean;
}

/** Lists the images of charts and resolves with the exit code. */
export async function images(paths: string[], options: ImagesCommandOptions & GlobalOptions): Promise<number> {
  const startedMs = performance.now();
  try {
    await readInputs(options);
    const { filter, set = [], namespace, releaseName, online = false } = options;
    const { plans } = await planTrials(paths, { filters: filter, values: options.values });
    const result = await renderWith(options, (renderer) => {
      const inputs = { set, setString: [], namespace, releaseName };
      return listImages(plans, { renderer, inputs, isOnline: online }, startedMs);
    });
    const exitCode = exitCodeOfVerdict(result.verdict);
    const { style, width } = openTerminal(process.stdout, options.color);
    const lines =
      options.json === true
        ? [JSON.stringify(toJsonImages(result, exitCode), null, 2)]
        : renderImages(result, style, width);
    await writeLines(process.stdout, lines);
    return exitCode;
  } catch (error) {
    if (options.json !== true) throw error;
    const exitCode = exitCodeOfError(error);
    const failure = toJsonImagesFailure(toTrialError(error), exitCode, performance.now() - startedMs);
    await writeLines(process.stdout, [JSON.stringify(failure, null, 2)]);
    return exitCode;
  }
}
