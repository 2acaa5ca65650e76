import type { HelmClient } from "../helm/helm-client.ts";
import type { HelmTemplateAnswer, HelmTemplateRequest } from "../helm/types.ts";
import { orChartFailure } from "../release/chart-failure.ts";

/** What renders charts: the engine of a control plane, or an engine that does nothing else. */
export interface Renderer {
  helm: HelmClient;
  /** The version that charts see: `v1.37.2`. */
  kubernetes: string;
  signal?: AbortSignal | undefined;
}

/** What both versions of all charts are rendered with. */
export interface DiffInputs {
  /** Texts in the syntax of Helm's `--set` and `--set-string`; they win over all values files. */
  set: readonly string[];
  setString: readonly string[];
  /** @default "default" */
  namespace?: string | undefined;
  /** @default the chart's name */
  releaseName?: string | undefined;
}

/** What both versions of one chart are rendered with. */
export interface CaseInputs extends Pick<DiffInputs, "set" | "setString"> {
  namespace: string;
  /** Whether the user has named the namespace. */
  hasNamespace: boolean;
  releaseName: string;
}

/** A version of a chart, and the values files of a case. */
export interface ChartVersion {
  /** Absolute: a directory or a `.tgz`. */
  path: string;
  values: readonly string[];
  /** For people: the path of the chart, or `web of main (1a2b3c4)`. */
  label: string;
}

/** What may be asked about a rendering in addition. */
export type RenderExtras = Pick<
  HelmTemplateRequest,
  "appVersion" | "withValues" | "withInputs" | "skipSchemaValidation"
>;

/** Renders a version of a chart as a first installation does, with quick keys. Rejects as `templateChart` does. */
export function renderVersion(
  { helm, kubernetes, signal }: Renderer,
  { path, values, label }: ChartVersion,
  inputs: CaseInputs,
  extras: RenderExtras = {},
): Promise<HelmTemplateAnswer> {
  const { namespace, releaseName } = inputs;
  const request: HelmTemplateRequest = {
    chart: path,
    valueFiles: [...values],
    set: [...inputs.set],
    setString: [...inputs.setString],
    namespace,
    releaseName,
    kubeVersion: kubernetes,
    // Keys are random: nobody sees of which kind they are.
    quickKeys: true,
    ...extras,
  };
  return orChartFailure(helm.template(request, { signal }), "template", `Rendering ${label}`);
}
