import { type ChartObject, chartObjects } from "../../findings/chart-objects.ts";
import type { Finding } from "../../findings/finding.ts";
import type { HelmTemplateAnswer } from "../../helm/types.ts";
import { type ObjectRef, objectKey, toObjectRef } from "../../kube/object-ref.ts";
import { checkReferences } from "../../references/check-references.ts";
import { givenTexts } from "../../references/given-texts.ts";
import type { ChartCall } from "../chart-request.ts";

/** What a dry run knows about a rendered chart. */
interface Rendered {
  answer: HelmTemplateAnswer;
  /** The objects that are submitted. */
  objects: readonly ChartObject[];
  namespace: string;
  withHooks: boolean;
  /** What is wrong with the objects themselves. */
  refusals: readonly Finding[];
  signal: AbortSignal | undefined;
}

/** References of the objects that the API server accepts and that lead nowhere, errors and warnings. */
export async function referenceFindings(
  { plane, request, releaseName }: ChartCall,
  { answer, objects, namespace, withHooks, refusals, signal }: Rendered,
): Promise<Finding[]> {
  const { chart, valueFiles = [], set = [], setString = [], setJson = [], setLiteral = [] } = request;
  const settings = [...set, ...setString, ...setJson, ...setLiteral];
  const texts = await givenTexts(chart, valueFiles, settings, releaseName);
  const context = { namespace, releaseName, chartName: answer.chart.name, givenTexts: texts };
  // Hooks that are left out here create what others refer to.
  const hooks = withHooks ? [] : chartObjects(answer, { withCrds: false, withHooks: true }).filter(isHook);
  const findings = await checkReferences(plane.kube, [...objects, ...hooks], context, signal);
  const isLeftOut = (ref: ObjectRef) => hooks.some(({ object }) => isSame(toObjectRef(object), ref));
  const isRefused = (ref: ObjectRef) => refusals.some(({ object }) => object !== undefined && isSame(object, ref));
  return findings.filter(({ object }) => object !== undefined && !isLeftOut(object) && !isRefused(object));
}

function isSame(one: ObjectRef, other: ObjectRef): boolean {
  return objectKey(one) === objectKey(other);
}

function isHook({ role }: ChartObject): boolean {
  return role === "hook";
}
