import { availableParallelism } from "node:os";
import type { TrialPlan } from "../trial/plan-trials.ts";
import { mapLimit } from "../util/map-limit.ts";
import { throwIfAborted } from "../util/race.ts";
import { worstVerdict } from "../values/judge-values.ts";
import { askRegistry, type RegistryAnswer } from "./ask-registry.ts";
import { chartImages, type ImagesHow } from "./chart-images.ts";
import type { ImageReference } from "./image-reference.ts";
import type { ChartImage, ChartImages, ImagesResult } from "./images-result.ts";

// Registries limit the number of requests.
const REQUESTS_AT_ONCE = 4;

/**
 * The images of all charts; with `isOnline`, whether their registries have them. Rejects with `SEATRIAL_CANCELLED`, and when the
 * engine has ended.
 */
export async function listImages(
  plans: readonly TrialPlan[],
  how: ImagesHow & { isOnline: boolean },
  startedMs: number,
): Promise<ImagesResult> {
  const perChart = [...Map.groupBy(plans, ({ chartPath }) => chartPath).values()];
  const found = await mapLimit(perChart, availableParallelism(), (cases) => chartImages(cases, how));
  const charts = how.isOnline ? await askAll(found, how.renderer.signal) : found;
  const notes = [...new Set(plans.flatMap((plan) => plan.notes))];
  return {
    verdict: worstVerdict(charts.map(({ verdict }) => verdict)),
    charts,
    notes,
    durationMs: performance.now() - startedMs,
  };
}

// Each image is asked for once, whatever the number of charts that have it.
async function askAll(charts: readonly ChartImages[], signal: AbortSignal | undefined): Promise<ChartImages[]> {
  const references = new Map<string, ImageReference>();
  for (const { image, reference } of charts.flatMap(({ images }) => images).filter(isPulled)) {
    if (reference !== undefined) references.set(image, reference);
  }
  const answers = new Map<string, RegistryAnswer>();
  await mapLimit([...references], REQUESTS_AT_ONCE, async ([image, reference]) => {
    answers.set(image, await askRegistry(reference, signal));
  });
  throwIfAborted(signal);
  return charts.map((chart) => {
    const images = chart.images.map((each) => ({ ...each, ...answers.get(each.image) }));
    return { ...chart, images, verdict: worstOf(chart, images) };
  });
}

// What a custom resource and an argument mean is known to their operator.
function isPulled({ uses }: ChartImage): boolean {
  return uses.some(({ role }) => role !== "custom resource" && role !== "argument");
}

function worstOf({ verdict }: ChartImages, images: readonly ChartImage[]): ChartImages["verdict"] {
  if (verdict === "errored" || images.some(({ registryError }) => registryError !== undefined)) return "errored";
  return images.some(({ exists }) => exists === false) ? "failed" : verdict;
}
