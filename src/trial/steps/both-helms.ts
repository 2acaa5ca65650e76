import { SeatrialError } from "../../errors/seatrial-error.ts";
import type { Finding } from "../../findings/finding.ts";
import type { HelmMajor } from "../../helm/types.ts";
import type { TemplateResult } from "../../release/results.ts";
import { renderChart } from "../../release/template-chart.ts";
import { onlyOneRenders } from "../helms/only-one-renders.ts";
import { type BothRendered, renderDifferences } from "../helms/render-differences.ts";
import type { TrialState } from "./trial-state.ts";

/** Renders the chart with Helm 3 as well, and compares. */
export async function bothHelms(state: TrialState): Promise<Finding[]> {
  const by4 = state.rendered;
  let by3: TemplateResult;
  try {
    by3 = await renderWith(state, 3);
  } catch (error) {
    const findings = onlyOneRenders(error, 3, "both-helms");
    if (findings === undefined) throw error;
    return findings;
  }
  state.secrets.push(...by3.documents.filter(({ kind }) => kind === "Secret"));
  const both = { by3, by4 };
  const first = renderDifferences(both, []);
  const { findings, notes } = first.findings.length === 0 ? first : renderDifferences(both, await repeat(state));
  state.ownNotes.push(...notes);
  return findings;
}

// A function such as `keys` has one of few results: two renderings may be the same by chance.
const REPEATS = 4;

async function repeat(state: TrialState): Promise<BothRendered[]> {
  const renderings: BothRendered[] = [];
  for (let run = 0; run < REPEATS; run++) {
    const [by3, by4] = await Promise.all([renderWith(state, 3), renderWith(state, 4)]);
    renderings.push({ by3, by4 });
  }
  return renderings;
}

/** What the failure of Helm 4 says, when Helm 3 renders the chart; `undefined` when Helm 3 fails, too. */
export async function findingsIf3Renders(state: TrialState, error: unknown): Promise<Finding[] | undefined> {
  const findings = onlyOneRenders(error, 4, "template");
  if (findings === undefined) return undefined;
  try {
    await renderWith(state, 3);
    return findings;
  } catch (other) {
    if (other instanceof SeatrialError) return undefined;
    throw other;
  }
}

async function renderWith(state: TrialState, helm: HelmMajor): Promise<TemplateResult> {
  const { plane, inputs } = state.context;
  const how = { kubeVersion: plane.versions.kubernetes, apiVersions: inputs.apiVersions, helm };
  return (await renderChart(state.plan.chartPath, { ...state.inNamespace, ...how })).result;
}
