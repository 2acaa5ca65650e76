import { type ChartObject, chartObjects } from "../findings/chart-objects.ts";
import type { HelmChartInfo, HelmTemplateAnswer } from "../helm/types.ts";
import { type KubeObject, toObjectRef } from "../kube/object-ref.ts";
import { isMapping } from "../util/is-mapping.ts";
import type { RandomField } from "./diff-result.ts";
import { hideRandom, hideWords } from "./hide-random.ts";

/** A version of a chart, rendered with one set of values. */
export interface Rendering {
  chart: HelmChartInfo;
  /** The objects, without what is another value in each rendering. */
  objects: ChartObject[];
  /** NOTES.txt. */
  notes: string;
  /** What is another value in each rendering. */
  random: RandomField[];
  /** The Secrets of all renderings: their data must not be shown. */
  secrets: KubeObject[];
}

/**
 * What a version of a chart renders to, from two renderings of it; from one, if there is nothing random to find. Throws
 * `SEATRIAL_MANIFEST` for text that is not YAML of Kubernetes objects.
 */
export function toRendering(first: HelmTemplateAnswer, second: HelmTemplateAnswer = first): Rendering {
  const [objects, others] = [readObjects(first), readObjects(second)];
  const secrets = [...objects, ...(second === first ? [] : others)].flatMap(({ object }) =>
    object.kind === "Secret" ? [object] : [],
  );
  const { chart } = first;
  if (second === first) return { chart, objects, notes: first.notes, random: [], secrets };
  const random: RandomField[] = [];
  const stable = objects.map((item, index) => {
    // Templates render in one order: a random name does not change it.
    const other = others[index];
    if (other === undefined || other.template !== item.template || other.object.kind !== item.object.kind) return item;
    const { value, fields } = hideRandom(item.object, other.object);
    random.push(...fields.map((field) => ({ object: toObjectRef(value), field })));
    return { ...item, object: value };
  });
  return { chart, objects: stable, notes: hideWords(first.notes, second.notes), random, secrets };
}

function readObjects(answer: HelmTemplateAnswer): ChartObject[] {
  return chartObjects(answer, { withCrds: true, withHooks: true }).map(identified);
}

// Text that is not an object with a kind and a name is compared, too.
function identified(item: ChartObject): ChartObject {
  if (item.problem === undefined && typeof item.object.metadata.name === "string") return item;
  const { apiVersion, kind, metadata } = item.object;
  const own = isMapping(metadata) ? metadata : {};
  const named = { ...own, name: String(own.name ?? own.generateName ?? "") };
  const object = {
    ...item.object,
    apiVersion: String(apiVersion ?? ""),
    kind: String(kind ?? "(no kind)"),
    metadata: named,
  };
  return { ...item, object };
}
