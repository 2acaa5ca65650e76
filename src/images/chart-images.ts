import { toReleaseName } from "../chart/chart.ts";
import { hasEngineEnded } from "../diff/diff-case.ts";
import { type DiffInputs, type Renderer, renderVersion } from "../diff/render-version.ts";
import { ChartError } from "../errors/chart-error.ts";
import { chartObjects } from "../findings/chart-objects.ts";
import { formatObjectRef } from "../kube/object-ref.ts";
import { toMissingPrerequisite } from "../trial/missing-prerequisite.ts";
import type { TrialPlan } from "../trial/plan-trials.ts";
import { prepareChart } from "../trial/prepare-chart.ts";
import { toTrialError } from "../trial/step-runner.ts";
import type { Verdict } from "../trial/verdict.ts";
import { throwIfAborted } from "../util/race.ts";
import type { ValuesCase } from "../values/values-result.ts";
import { type FoundImage, findImages } from "./find-images.ts";
import { parseImage } from "./image-reference.ts";
import { imageValues, type RenderedCase } from "./image-values.ts";
import type { ChartImage, ChartImages } from "./images-result.ts";

/** How the images of charts are found. */
export interface ImagesHow {
  renderer: Renderer;
  inputs: DiffInputs;
}

const DEFAULTS_ALONE = "the default values alone do not render, and the chart has values files in ci/";
const LIBRARY = "a library chart renders nothing";

/** The images of all cases of a chart. Rejects with `SEATRIAL_CANCELLED`, and when the engine has ended. */
export async function chartImages(plans: readonly TrialPlan[], how: ImagesHow): Promise<ChartImages> {
  const { chart, chartPath, isLibrary } = plans[0] as TrialPlan;
  const each = (more: Omit<ValuesCase, "name">) => plans.map((plan) => ({ name: plan.case.name, ...more }));
  if (isLibrary) return { chart, verdict: "skipped", cases: each({ verdict: "skipped", reason: LIBRARY }), images: [] };
  try {
    await using prepared = await prepareChart(how.renderer, chartPath, chart.path, how.renderer.signal);
    const cases: ValuesCase[] = [];
    const images = new Map<string, ChartImage>();
    for (const plan of plans) {
      const { shown, found } = await tryCase(plan, prepared.path, how, images);
      cases.push(shown);
      for (const { image, values } of found) addUse(images, image, values, plan.case.name);
    }
    const sorted = [...images.values()].sort((one, other) => (one.image < other.image ? -1 : 1));
    return { chart, verdict: verdictOf(cases, sorted), cases, images: sorted };
  } catch (error) {
    throwIfEnded(error, how);
    return { chart, verdict: "errored", cases: each({ verdict: "errored", error: toTrialError(error) }), images: [] };
  }
}

interface TriedCase {
  shown: ValuesCase;
  found: { image: FoundImage; values: string[] }[];
}

async function tryCase(
  plan: TrialPlan,
  path: string,
  how: ImagesHow,
  known: ReadonlyMap<string, ChartImage>,
): Promise<TriedCase> {
  const { name } = plan.case;
  const { renderer, inputs } = how;
  const version = { path, values: plan.values, label: plan.chart.path };
  const caseInputs = {
    ...inputs,
    namespace: inputs.namespace ?? "default",
    hasNamespace: inputs.namespace !== undefined,
    releaseName: inputs.releaseName ?? toReleaseName(plan.chart.name),
  };
  try {
    const answer = await renderVersion(renderer, version, caseInputs, { withValues: true });
    const images = chartObjects(answer, { withCrds: false, withHooks: true }).flatMap(findImages);
    const rendered: RenderedCase = { renderer, version, inputs: caseInputs, answer };
    // An image that another case has in the same field comes from the same values.
    const isNew = (each: FoundImage) => known.get(each.image)?.uses.some((use) => isSameField(use, each)) !== true;
    const unknown = images.filter(isNew);
    const values = await imageValues(rendered, unknown);
    const found = images.map((image) => ({ image, values: values[unknown.indexOf(image)] ?? [] }));
    return { shown: { name, verdict: "passed" }, found };
  } catch (thrown) {
    throwIfEnded(thrown, how);
    if (plan.isOptional) return { shown: { name, verdict: "skipped", reason: DEFAULTS_ALONE }, found: [] };
    const error = await toMissingPrerequisite(thrown, { plan, kubernetes: renderer.kubernetes });
    const verdict = error instanceof ChartError ? "failed" : "errored";
    return { shown: { name, verdict, error: toTrialError(error) }, found: [] };
  }
}

// One field is listed once, with all cases in which it has the image.
function addUse(images: Map<string, ChartImage>, found: FoundImage, values: string[], caseName: string): void {
  const { image, ...use } = found;
  const known = images.get(image) ?? describeImage(image);
  images.set(image, known);
  const same = known.uses.find((each) => isSameField(each, use));
  if (same === undefined) known.uses.push({ ...use, values, cases: [caseName] });
  else {
    if (!same.cases.includes(caseName)) same.cases.push(caseName);
    same.values = [...new Set([...same.values, ...values])];
  }
}

function isSameField(one: Pick<FoundImage, "object" | "field">, other: Pick<FoundImage, "object" | "field">): boolean {
  return one.field === other.field && formatObjectRef(one.object) === formatObjectRef(other.object);
}

function describeImage(image: string): ChartImage {
  const parsed = parseImage(image);
  if ("problem" in parsed) return { image, problem: parsed.problem, info: [], uses: [] };
  const { tag, digest } = parsed.reference;
  const info = digest !== undefined ? [] : tag === undefined ? ["no tag"] : tag === "latest" ? ["tag latest"] : [];
  return { image, reference: parsed.reference, info, uses: [] };
}

function verdictOf(cases: readonly ValuesCase[], images: readonly ChartImage[]): Verdict {
  const verdicts = cases.map(({ verdict }) => verdict);
  if (verdicts.includes("errored")) return "errored";
  if (verdicts.includes("failed") || images.some(({ problem }) => problem !== undefined)) return "failed";
  return verdicts.every((verdict) => verdict === "skipped") ? "skipped" : "passed";
}

function throwIfEnded(error: unknown, { renderer }: ImagesHow): void {
  throwIfAborted(renderer.signal);
  if (hasEngineEnded(error)) throw error;
}
