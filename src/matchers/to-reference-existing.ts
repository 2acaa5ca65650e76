import type { KubeObject } from "../kube/object-ref.ts";
import { danglingReferences } from "../references/dangling-references.ts";
import { findingsText } from "./findings-text.ts";
import { checkExpected, failEitherWay, hint, type MatcherContext, type MatcherResult } from "./matcher.ts";
import { mustBeTemplateResult } from "./template-result.ts";

/** What else exists. */
export interface ExistingObjects {
  /** Objects of the cluster, in the namespace of the release unless they name another. @default none */
  existing?: readonly object[];
}

/**
 * Passes when no reference of a rendered chart leads nowhere: everything that its objects name is rendered, or is among
 * `existing`. Warnings fail, too. Fails also under `not` when the chart rendered no object.
 */
export function toReferenceExisting(
  this: MatcherContext,
  received: unknown,
  expected: ExistingObjects = {},
): MatcherResult {
  mustBeTemplateResult("toReferenceExisting", received);
  checkExpected<ExistingObjects>("toReferenceExisting", expected, {
    existing: (value) => (Array.isArray(value) ? undefined : "a list of objects"),
  });
  const firstLine = hint(this, "toReferenceExisting");
  const { documents, namespace, releaseName, chart } = received;
  if (documents.length === 0) return failEitherWay(this, firstLine, "The chart rendered no object");
  const findings = danglingReferences(
    {
      documents,
      templateOf: (document) => received.sourceOf(document)?.template,
      namespace,
      releaseName,
      chartName: chart.name,
    },
    (expected.existing ?? []) as readonly KubeObject[],
  );
  const pass = findings.length === 0;
  const message = () =>
    pass
      ? `${firstLine}\n\nEverything that the objects of chart ${chart.name} name exists`
      : `${firstLine}\n\n${countOf(findings.length)} nowhere\n${findingsText(findings, namespace)}`;
  return { pass, message };
}

function countOf(count: number): string {
  return count === 1 ? "1 reference leads" : `${count} references lead`;
}
