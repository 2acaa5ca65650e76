import type { KubeObject } from "../../kube/object-ref.ts";
import type { TrialPlan } from "../plan-trials.ts";
import type { TrialContext } from "../trial-context.ts";
import type { StepName } from "../trial-result.ts";

/** What all trials of a run have; without a `timeout`, each has that of its settings. */
export type SharedContext = Omit<TrialContext, "timeout"> & { timeout: string | undefined };

const DEFAULT_TIMEOUT = "1m";

/** What a trial runs on and how, by the options of the command line, which win, and the settings of its case. */
export function toCaseContext({ timeout, ...context }: SharedContext, { settings }: TrialPlan): TrialContext {
  if (settings === undefined) return { ...context, timeout: timeout ?? DEFAULT_TIMEOUT };
  const { inputs } = context;
  const { namespace, releaseName, given, allowances, isStrict, skip } = settings;
  const steps: readonly StepName[] = [...skip.keys()];
  return {
    ...context,
    timeout: timeout ?? settings.timeout ?? DEFAULT_TIMEOUT,
    inputs: {
      ...inputs,
      namespace: inputs.namespace ?? namespace.name,
      namespaceMetadata: namespace,
      releaseName: inputs.releaseName ?? releaseName,
      caseGiven: given,
      apiVersions: [...inputs.apiVersions, ...given.flatMap(({ object }) => servedBy(object))],
      skip: [...(inputs.skip ?? []), ...steps],
      skippedAt: new Map([...skip].filter(([step]) => inputs.skip?.includes(step) !== true)),
      rules: {
        allowances: [...inputs.rules.allowances, ...allowances],
        isStrict: inputs.rules.isStrict || isStrict === true,
      },
    },
  };
}

// What `.Capabilities.APIVersions` has as soon as the definition exists.
function servedBy({ kind, spec }: KubeObject): string[] {
  if (kind !== "CustomResourceDefinition") return [];
  const {
    group,
    names,
    versions = [],
  } = (spec ?? {}) as {
    group?: string;
    names?: { kind?: string };
    versions?: { name: string; served?: boolean }[];
  };
  const served = versions.filter((version) => version.served === true).map(({ name }) => `${group}/${name}`);
  return served.flatMap((apiVersion) => [apiVersion, `${apiVersion}/${names?.kind}`]);
}
