import { podSecurityLevels } from "../kube/pod-security-level.ts";
import { helmChoiceProblem } from "../plane/with-helm.ts";
import { deployerProblem } from "../rbac/deployer.ts";
import { checkOptions, type OptionCheck, type OptionSpec } from "../util/check-options.ts";
import { isMapping } from "../util/is-mapping.ts";
import type {
  CommonOptions,
  DryRunOptions,
  InstallOptions,
  LintOptions,
  ReleaseNameOptions,
  RollbackOptions,
  TemplateOptions,
  TestOptions,
  UninstallOptions,
  UpgradeOptions,
} from "./options.ts";

const waitModes = ["watcher", "legacy", "hookOnly"];
const wait: OptionCheck = (value) =>
  typeof value === "boolean" || waitModes.includes(value as string)
    ? undefined
    : `true, false, "${waitModes.join('", "')}"`;
const serverSide: OptionCheck = (value) =>
  ["auto", "true", "false"].includes(value as string) ? undefined : '"auto", "true" or "false"';
const dryRun: OptionCheck = (value) => (value === "client" || value === "server" ? undefined : '"client" or "server"');
const cascade: OptionCheck = (value) =>
  ["background", "foreground", "orphan"].includes(value as string)
    ? undefined
    : '"background", "foreground" or "orphan"';

const helm: OptionCheck = helmChoiceProblem;
const namespace: OptionCheck = (value) => {
  const {
    podSecurity = "restricted",
    labels = {},
    ...rest
  } = (isMapping(value) ? value : {}) as Record<string, unknown>;
  const isNew = isMapping(value) && Object.keys(rest).length === 0 && isMapping(labels);
  const isLevel = (podSecurityLevels as readonly unknown[]).includes(podSecurity);
  return typeof value === "string" || (isNew && isLevel) ? undefined : "a name, or { podSecurity, labels }";
};
const postRenderer: OptionCheck = (value) => {
  const { command, args = [], ...rest } = (typeof value === "object" ? value : {}) as Record<string, unknown>;
  const isProgram = typeof command === "string" && Array.isArray(args) && Object.keys(rest).length === 0;
  return typeof value === "function" || isProgram ? undefined : "a function, or a program as { command, args }";
};

const chartInputs = {
  values: ["string", "object", "array"],
  set: ["object", "string[]"],
  setString: ["object", "string[]"],
  setJson: "object",
  setFile: "object",
  setLiteral: "object",
  skipSchemaValidation: "boolean",
  renderTimeout: "duration",
} as const;

const common = {
  ...chartInputs,
  helm,
  controlPlane: "object",
  signal: "object",
} as const satisfies OptionSpec<CommonOptions>;

const releaseName = {
  ...common,
  namespace: "string",
  releaseName: "string",
  dependencyUpdate: "boolean",
  postRenderer,
} as const satisfies OptionSpec<ReleaseNameOptions>;

const deploy = {
  wait,
  waitForJobs: "boolean",
  timeout: "duration",
  rollbackOnFailure: "boolean",
  skipCrds: "boolean",
  noHooks: "boolean",
  takeOwnership: "boolean",
  forceConflicts: "boolean",
  description: "string",
  labels: "object",
  disableOpenapiValidation: "boolean",
} as const;

/** The options that a call passes to Helm unchanged. A new one is added here, to its interface, and to Helm's request. */
const helmOptions = {
  installChart: { ...deploy, serverSide: "boolean" },
  "release.upgrade": {
    ...deploy,
    reuseValues: "boolean",
    resetValues: "boolean",
    resetThenReuseValues: "boolean",
    maxHistory: "number",
    cleanupOnFail: "boolean",
    forceReplace: "boolean",
    serverSide,
  },
} as const;

const specs = {
  lintChart: {
    ...common,
    namespace: "string",
    strict: "boolean",
    kubeVersion: "string",
    withSubcharts: "boolean",
  } satisfies OptionSpec<LintOptions>,
  templateChart: {
    ...releaseName,
    kubeVersion: "string",
    apiVersions: "string[]",
    includeCrds: "boolean",
    skipTests: "boolean",
    noHooks: "boolean",
    isUpgrade: "boolean",
    showOnly: "string[]",
    dryRun,
  } satisfies OptionSpec<TemplateOptions>,
  dryRunChart: {
    ...releaseName,
    as: deployerProblem,
    namespace,
    upgrade: "any",
    skipCrds: "boolean",
    noHooks: "boolean",
    forceConflicts: "boolean",
    timeout: "duration",
  } satisfies OptionSpec<DryRunOptions>,
  installChart: {
    ...releaseName,
    ...helmOptions.installChart,
    as: deployerProblem,
    namespace,
    createNamespace: "boolean",
    simulate: ["object", "array"],
    stages: ["string", "object", "array"],
  } satisfies OptionSpec<InstallOptions>,
  "release.upgrade": {
    ...chartInputs,
    ...helmOptions["release.upgrade"],
    helm,
    dependencyUpdate: "boolean",
    postRenderer,
    signal: "object",
  } satisfies OptionSpec<UpgradeOptions>,
  "release.rollback": {
    helm,
    wait,
    waitForJobs: "boolean",
    timeout: "duration",
    noHooks: "boolean",
    cleanupOnFail: "boolean",
    forceConflicts: "boolean",
    forceReplace: "boolean",
    serverSide,
    maxHistory: "number",
    signal: "object",
  } satisfies OptionSpec<RollbackOptions>,
  "release.uninstall": {
    helm,
    wait,
    timeout: "duration",
    keepHistory: "boolean",
    noHooks: "boolean",
    cascade,
    signal: "object",
  } satisfies OptionSpec<UninstallOptions>,
  "release.test": {
    timeout: "duration",
    filters: "object",
    logs: "boolean",
    signal: "object",
  } satisfies OptionSpec<TestOptions>,
};

/** The calls whose options are checked. */
export type CheckedCall = keyof typeof specs;

/** Throws `SEATRIAL_USAGE` for an unknown option of the call, and for an option of the wrong kind. */
export function checkCallOptions(call: CheckedCall, options: object | undefined): void {
  checkOptions(call, options, specs[call] as OptionSpec<object>);
}

/** The options that the call passes to Helm unchanged. */
export function pickHelmOptions<Call extends keyof typeof helmOptions, Options extends object>(
  call: Call,
  options: Options,
): Pick<Options, keyof Options & keyof (typeof helmOptions)[Call]> {
  return pick(options, helmOptions[call]);
}

/** The options that say with which values, and how, a chart is rendered. */
export function pickChartInputs<Options extends object>(
  options: Options,
): Pick<Options, keyof Options & keyof typeof chartInputs> {
  return pick(options, chartInputs);
}

function pick<Options extends object, Spec extends object>(
  options: Options,
  spec: Spec,
): Pick<Options, keyof Options & keyof Spec> {
  const entries = Object.entries(options).filter(([name]) => Object.hasOwn(spec, name));
  return Object.fromEntries(entries) as Pick<Options, keyof Options & keyof Spec>;
}
