import { isDeepStrictEqual } from "node:util";
import { ChartError } from "../errors/chart-error.ts";
import { SeatrialError } from "../errors/seatrial-error.ts";
import type { HelmTemplateAnswer } from "../helm/types.ts";
import { toMissingPrerequisite } from "../trial/missing-prerequisite.ts";
import type { TrialPlan } from "../trial/plan-trials.ts";
import { toTrialError } from "../trial/step-runner.ts";
import { throwIfAborted } from "../util/race.ts";
import { compareRenderings } from "./compare-renderings.ts";
import type { CaseDiff } from "./diff-result.ts";
import { mayBeRandom } from "./may-be-random.ts";
import { type CaseInputs, type ChartVersion, type Renderer, renderVersion } from "./render-version.ts";
import { toRendering } from "./rendering.ts";

/** One case of a chart, and how it is rendered. */
export interface CaseToCompare {
  plan: TrialPlan;
  renderer: Renderer;
  inputs: CaseInputs;
  /** Both versions with their dependencies. There is no `before` for a new chart. */
  before: ChartVersion | undefined;
  after: ChartVersion;
}

const DEFAULTS_ALONE = "the default values alone do not render, and the chart has other cases";
const MUST_FAIL = "the case must fail, and does not render";

/**
 * Renders both versions of a chart with the values of a case, and compares them. A version that cannot be rendered is an error of
 * the case. Rejects with `SEATRIAL_CANCELLED`, and when the engine has ended.
 */
export async function diffCase(item: CaseToCompare): Promise<CaseDiff> {
  const { plan } = item;
  const nothing = { name: plan.case.name, objects: [], random: [] };
  if (plan.isLibrary) return { ...nothing, verdict: "skipped", reason: "a library chart renders nothing" };
  const isNew = item.before !== undefined && isNewCase(plan);
  const before = item.before && { ...item.before, values: isNew ? plan.values : item.before.values };
  const older = before && (await attempt(item, before));
  const newer = await attempt(item, item.after);
  if (isFailure(newer) || isFailure(older)) {
    if (plan.isOptional) return { ...nothing, verdict: "skipped", reason: DEFAULTS_ALONE };
    if ((plan.settings?.failures ?? []).length > 0) return { ...nothing, verdict: "skipped", reason: MUST_FAIL };
    if (isNew && !isFailure(newer))
      return { ...nothing, verdict: "skipped", isNew, reason: "the previous version does not accept its values" };
    return { ...nothing, ...toErrored(item, [newer, older].filter(isFailure)) };
  }
  try {
    const compared = await compareAnswers(item, before, older, newer);
    const differs = compared.objects.length > 0 || compared.notes !== undefined;
    return { ...nothing, ...compared, verdict: differs ? "differs" : "same", ...(isNew ? { isNew } : {}) };
  } catch (error) {
    if (error instanceof ChartError) return { ...nothing, ...toErrored(item, [{ error }]) };
    throw error;
  }
}

async function compareAnswers(
  { renderer, inputs, after: newVersion }: CaseToCompare,
  oldVersion: ChartVersion | undefined,
  before: HelmTemplateAnswer | undefined,
  after: HelmTemplateAnswer,
): Promise<Pick<CaseDiff, "objects" | "notes" | "random">> {
  if (before === undefined || oldVersion === undefined) {
    const newer = toRendering(after);
    return compareRenderings({ ...newer, objects: [], secrets: [] }, newer, inputs.namespace);
  }
  if (isSame(before, after)) return { objects: [], random: [] };
  const [older, newer] = [toRendering(before), toRendering(after)];
  const compared = compareRenderings(older, newer, inputs.namespace);
  if (!mayBeRandom(compared)) return compared;
  // What is random differs once more. Both first renderings have ended: a clock that ticked between them shows, too.
  const again = (answer: HelmTemplateAnswer, version: ChartVersion) =>
    answer.varies === true ? renderVersion(renderer, version, inputs) : answer;
  const olderAgain = await again(before, oldVersion);
  const newerAgain = await again(after, newVersion);
  if (isSame(before, olderAgain) && isSame(after, newerAgain)) return compared;
  return compareRenderings(toRendering(before, olderAgain), toRendering(after, newerAgain), inputs.namespace);
}

interface Failure {
  error: unknown;
}

async function attempt(
  { plan, renderer, inputs }: CaseToCompare,
  version: ChartVersion,
): Promise<HelmTemplateAnswer | Failure> {
  try {
    return await renderVersion(renderer, version, inputs);
  } catch (error) {
    throwIfAborted(renderer.signal);
    if (hasEngineEnded(error)) throw error;
    return { error: await toMissingPrerequisite(error, { plan, kubernetes: renderer.kubernetes }) };
  }
}

/** Whether no further chart can be rendered. */
export function hasEngineEnded(error: unknown): boolean {
  return error instanceof SeatrialError && error.code === "SEATRIAL_ENGINE_EXITED";
}

function isFailure(side: HelmTemplateAnswer | Failure | undefined): side is Failure {
  return side !== undefined && "error" in side;
}

function toErrored(
  { before, after }: CaseToCompare,
  failures: readonly Failure[],
): Pick<CaseDiff, "verdict" | "error"> {
  const errors = failures.map(({ error }) => toTrialError(error));
  const all = [...new Set(errors.map((error) => error.message))].join("\n");
  // The previous version, and a chart whose dependencies were built, are in directories that are gone afterwards.
  const message = [before, after].reduce((text, side) => (side ? text.replaceAll(side.path, side.label) : text), all);
  return { verdict: "errored", error: { code: errors[0]?.code ?? "SEATRIAL_INTERNAL", message } };
}

function isSame(one: HelmTemplateAnswer, other: HelmTemplateAnswer): boolean {
  return isDeepStrictEqual(textsOf(one), textsOf(other));
}

function textsOf({ manifest, hooks, crds, notes }: HelmTemplateAnswer) {
  return { manifest, hooks, crds, notes };
}

// Its values file did not exist. The chart as it was is rendered with the file as it is now: what differs is the chart.
function isNewCase({ isCi, values, previous }: TrialPlan): boolean {
  return isCi && previous !== undefined && previous.values.length < values.length;
}
