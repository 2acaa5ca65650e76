import { defaultRules } from "../../src/findings/rules/judge-findings.ts";
import { chartImages } from "../../src/images/chart-images.ts";
import { grantedRights } from "../../src/rbac/granted-rights.ts";
import { roleFindings } from "../../src/rbac/role-findings.ts";
import { toFindings } from "../../src/references/check-references.ts";
import { findDangling } from "../../src/references/find-dangling.ts";
import { givenTexts } from "../../src/references/given-texts.ts";
import { ReferenceIndex } from "../../src/references/reference-index.ts";
import { staticFindings, staticWarnings } from "../../src/release/dry-run/static-findings.ts";
import { lintChart } from "../../src/release/lint-chart.ts";
import { judgePodSecurity } from "../../src/trial/policy/judge-pod-security.ts";
import { stockFindings } from "../../src/trial/stock/stock-findings.ts";
import { chartValues } from "../../src/values/chart-values.ts";
import type { RenderedCase } from "./rendered-case.ts";

/** A check that needs no installation and no answer of the API server. */
export interface StaticCheck {
  name: string;
  /** Whether `seatrial check` runs it; else it has a command or an option of its own. */
  isOfCheck: boolean;
  run(item: RenderedCase): unknown;
}

const noInputs = { set: [], setString: [] };
const rendererOf = ({ plane: { helm, versions } }: RenderedCase) => ({ helm, kubernetes: versions.kubernetes });

/** All of them. The functions are those that `seatrial` calls. */
export const checks: readonly StaticCheck[] = [
  {
    name: "Helm's lint rules",
    isOfCheck: true,
    run: ({ chartPath, plan, plane }) => lintChart(chartPath, { values: plan.values, controlPlane: plane }),
  },
  {
    name: "documents: names, duplicates, hooks",
    isOfCheck: true,
    run: ({ objects, options }) => [...staticFindings(objects, options.namespace), ...staticWarnings(objects)],
  },
  { name: "references", isOfCheck: true, run: references },
  {
    name: "roles: rules that grant nothing",
    isOfCheck: true,
    run: ({ objects, served }) => roleFindings(objects, served),
  },
  { name: "roles: rights that they grant", isOfCheck: true, run: ({ rendered }) => grantedRights(rendered.documents) },
  {
    name: "stock checks, which render again",
    isOfCheck: true,
    run: ({ chartPath, rendered, options, plane }) => stockFindings({ chartPath, rendered, options }, plane),
  },
  {
    name: "`--pod-security`",
    isOfCheck: false,
    run: ({ plane, rendered }) => judgePodSecurity(plane, rendered.documents, undefined),
  },
  {
    name: "`seatrial images`, with the values of each image",
    isOfCheck: false,
    run: (item) => ofChart(item, () => chartImages(item.ofChart, { renderer: rendererOf(item), inputs: noInputs })),
  },
  {
    name: "`seatrial values`, which changes every value",
    isOfCheck: false,
    run: (item) => {
      const how = { renderer: rendererOf(item), inputs: noInputs, rules: defaultRules };
      return ofChart(item, () => chartValues(item.ofChart, how));
    },
  },
];

// Without the lookups of what the chart does not have, which the API server answers.
async function references({ chartPath, plan, objects, options, rendered }: RenderedCase): Promise<unknown> {
  const { namespace, releaseName } = options;
  const texts = await givenTexts(chartPath, plan.values, [], releaseName);
  const context = { namespace, releaseName, chartName: rendered.chart.name, givenTexts: texts };
  return toFindings(findDangling(new ReferenceIndex(objects, [], context)));
}

// These judge the cases of a chart together.
function ofChart({ ofChart: plans }: RenderedCase, work: () => Promise<unknown>): Promise<unknown> | undefined {
  return plans.length === 0 ? undefined : work();
}
