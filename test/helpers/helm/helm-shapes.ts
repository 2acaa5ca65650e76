import type { HelmDependency } from "../../../src/helm/dependency.ts";
import type { HelmErrorBody, HelmFailure } from "../../../src/helm/error-types.ts";
import type { HelmInputs, HelmValueRead } from "../../../src/helm/inputs.ts";
import type { HelmTestAnswer, HelmTestFacts, HelmTestHook, HelmTestRequest } from "../../../src/helm/test-types.ts";
import type * as helm from "../../../src/helm/types.ts";
import { boolean, type Check, type Fields, json, list, number, object, oneOf, optional, text } from "../shape.ts";

const chartInfo = object<helm.HelmChartInfo>({
  name: text,
  version: text,
  appVersion: optional(text),
  digest: optional(text),
});
const hook = object<helm.HelmHook>({
  name: text,
  kind: text,
  path: text,
  manifest: text,
  events: list(text),
  weight: number,
  deletePolicies: list(text),
});
const release = object<helm.HelmRelease>({
  name: text,
  namespace: text,
  revision: number,
  status: text,
  description: text,
  chart: chartInfo,
  firstDeployed: optional(text),
  lastDeployed: optional(text),
  notes: text,
  manifest: text,
  hooks: list(hook),
  config: json,
});
const message = object<helm.HelmLintMessage>({
  severity: oneOf("info", "warning", "error"),
  path: text,
  message: text,
  file: optional(text),
  line: optional(number),
  column: optional(number),
});
const testHook = object<HelmTestHook>({
  name: text,
  phase: text,
  startedAt: optional(text),
  completedAt: optional(text),
});
const testFacts: Fields<HelmTestFacts> = {
  hooks: list(testHook),
  logs: optional(text),
  logsError: optional(text),
};
const dependency = object<HelmDependency>({ name: text, version: text, repository: text, status: text });
const warning = object<helm.HelmWarning>({
  reason: text,
  message: text,
  file: optional(text),
  line: optional(number),
  field: optional(text),
  object: optional(
    object<NonNullable<helm.HelmWarning["object"]>>({
      apiVersion: optional(text),
      kind: optional(text),
      namespace: optional(text),
      name: optional(text),
    }),
  ),
  hint: optional(text),
});
const crd = object<helm.HelmTemplateAnswer["crds"][number]>({ file: text, manifest: text });
const inputs = object<HelmInputs>({
  reads: list(object<HelmValueRead>({ path: list(text), whole: boolean })),
  defaults: json,
  schema: optional(text),
  dependencies: list(list(text)),
});
const releaseAnswer = object<{ release: helm.HelmRelease }>({ release });

/** What the engine answers to each of Helm's verbs. */
export const answers: Record<string, Check> = {
  explain: (value, path) => failedAnswer("explain")(value, path),
  lint: object<helm.HelmLintAnswer>({
    messages: list(message),
    warnings: list(warning),
    charts: number,
    failed: number,
  }),
  template: object<helm.HelmTemplateAnswer>({
    manifest: text,
    notes: text,
    hooks: list(hook),
    crds: list(crd),
    warnings: list(warning),
    chart: chartInfo,
    renderDigest: optional(text),
    varies: optional(boolean),
    looksBeyond: optional(boolean),
    values: optional(json),
    inputs: optional(inputs),
  }),
  install: releaseAnswer,
  upgrade: releaseAnswer,
  rollback: releaseAnswer,
  uninstall: object<helm.HelmUninstallAnswer>({ release: optional(release), info: text }),
  test: object<HelmTestAnswer>({ ...testFacts, release }),
  "give-up": object<{ operations: number }>({ operations: number }),
  status: releaseAnswer,
  history: object<{ releases: helm.HelmRelease[] }>({ releases: list(release) }),
  "dependency-list": object<{ dependencies: HelmDependency[] }>({ dependencies: list(dependency) }),
  "dependency-build": object<{ output: string }>({ output: text }),
};

const failure = object<HelmFailure>({
  message: text,
  ends: optional(list(text)),
  object: optional(
    object<NonNullable<HelmFailure["object"]>>({
      apiVersion: optional(text),
      kind: optional(text),
      namespace: optional(text),
      name: optional(text),
    }),
  ),
  status: optional(json),
  reason: optional(text),
  hint: optional(text),
});
const error = object<HelmErrorBody>({
  code: text,
  message: text,
  file: optional(text),
  line: optional(number),
  column: optional(number),
  failures: optional(list(failure)),
  release: optional(release),
});

/** What the engine answers when a verb fails. */
export function failedAnswer(verb: string): Check {
  return verb === "test"
    ? object<HelmTestFacts & { error: HelmErrorBody }>({ ...testFacts, error })
    : object<{ error: HelmErrorBody }>({ error });
}

const major = optional(oneOf(3, 4));
const names: Fields<helm.HelmReleaseRequest> = { namespace: text, releaseName: text, helm: major };
const chart: Fields<helm.HelmChartRequest> = {
  helm: major,
  chart: text,
  namespace: optional(text),
  releaseName: optional(text),
  valueFiles: optional(list(text)),
  set: optional(list(text)),
  setString: optional(list(text)),
  setJson: optional(list(text)),
  setFile: optional(list(text)),
  setLiteral: optional(list(text)),
  skipSchemaValidation: optional(boolean),
  renderTimeout: optional(text),
  dependencyUpdate: optional(boolean),
};
const wait = optional(oneOf(true, false, "watcher", "legacy", "hookOnly"));
const serverSide = optional(oneOf("auto", "true", "false"));
const install: Fields<helm.HelmInstallRequest> = {
  ...chart,
  description: optional(text),
  createNamespace: optional(boolean),
  wait,
  waitForJobs: optional(boolean),
  timeout: optional(text),
  rollbackOnFailure: optional(boolean),
  skipCrds: optional(boolean),
  noHooks: optional(boolean),
  takeOwnership: optional(boolean),
  forceConflicts: optional(boolean),
  serverSide: optional(boolean),
  labels: optional(json),
  replace: optional(boolean),
  disableOpenapiValidation: optional(boolean),
  postRenderer: optional(text),
  renderDigest: optional(text),
};
const { releaseName: _releaseName, dependencyUpdate: _dependencyUpdate, ...lintChart } = chart;
const { replace: _replace, ...upgrade } = install;
const filters = object<NonNullable<HelmTestRequest["filters"]>>({
  include: optional(list(text)),
  exclude: optional(list(text)),
});

/** What the package sends. */
export const requests: Record<string, Check> = {
  lint: object<helm.HelmLintRequest>({
    ...lintChart,
    strict: optional(boolean),
    kubeVersion: optional(text),
    withSubcharts: optional(boolean),
  }),
  template: object<helm.HelmTemplateRequest>({
    ...chart,
    kubeVersion: optional(text),
    apiVersions: optional(list(text)),
    includeCrds: optional(boolean),
    skipTests: optional(boolean),
    noHooks: optional(boolean),
    isUpgrade: optional(boolean),
    postRenderer: optional(text),
    showOnly: optional(list(text)),
    dryRun: optional(oneOf("client", "server")),
    forRelease: optional(boolean),
    chartVersion: optional(text),
    appVersion: optional(text),
    withValues: optional(boolean),
    withInputs: optional(boolean),
    quickKeys: optional(boolean),
  }),
  install: object<helm.HelmInstallRequest>(install),
  upgrade: object<helm.HelmUpgradeRequest>({
    ...upgrade,
    install: optional(boolean),
    reuseValues: optional(boolean),
    resetValues: optional(boolean),
    resetThenReuseValues: optional(boolean),
    maxHistory: optional(number),
    cleanupOnFail: optional(boolean),
    forceReplace: optional(boolean),
    serverSide,
  }),
  rollback: object<helm.HelmRollbackRequest>({
    ...names,
    revision: optional(number),
    wait,
    waitForJobs: optional(boolean),
    timeout: optional(text),
    noHooks: optional(boolean),
    cleanupOnFail: optional(boolean),
    forceConflicts: optional(boolean),
    forceReplace: optional(boolean),
    serverSide,
    maxHistory: optional(number),
  }),
  uninstall: object<helm.HelmUninstallRequest>({
    ...names,
    wait,
    timeout: optional(text),
    keepHistory: optional(boolean),
    noHooks: optional(boolean),
    ignoreNotFound: optional(boolean),
    cascade: optional(oneOf("background", "foreground", "orphan")),
  }),
  test: object<HelmTestRequest>({
    ...names,
    timeout: optional(text),
    filters: optional(filters),
    logs: optional(boolean),
  }),
  "give-up": object<helm.HelmReleaseRequest>(names),
  explain: object<helm.HelmReleaseRequest & { message: string }>({ ...names, message: text }),
  status: object<helm.HelmReleaseRequest & { revision?: number }>({ ...names, revision: optional(number) }),
  history: object<helm.HelmReleaseRequest & { max?: number }>({ ...names, max: optional(number) }),
  "dependency-list": object<{ chart: string }>({ chart: text }),
  "dependency-build": object<{ chart: string; skipRefresh?: boolean }>({ chart: text, skipRefresh: optional(boolean) }),
};
