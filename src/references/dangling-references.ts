import type { ChartObject } from "../findings/chart-objects.ts";
import type { Finding } from "../findings/finding.ts";
import type { KubeObject } from "../kube/object-ref.ts";
import { toFindings } from "./check-references.ts";
import { findDangling } from "./find-dangling.ts";
import { ReferenceIndex } from "./reference-index.ts";

/** A rendered chart. */
interface RenderedChart {
  documents: readonly KubeObject[];
  templateOf: (document: KubeObject) => string | undefined;
  namespace: string;
  releaseName: string;
  chartName: string;
}

/** References of a rendered chart that lead neither to its own objects nor to `existing` ones, errors and warnings. */
export function danglingReferences(chart: RenderedChart, existing: readonly KubeObject[]): Finding[] {
  const { documents, templateOf, ...context } = chart;
  const objects = documents.map((object): ChartObject => {
    return { object, template: templateOf(object) ?? "", line: 1, text: "", role: "manifest" };
  });
  return toFindings(findDangling(new ReferenceIndex(objects, existing, { ...context, givenTexts: new Set() })));
}
