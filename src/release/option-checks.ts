import { checkOptions, type OptionCheck, type OptionSpec } from "../util/check-options.ts";
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

const common: OptionSpec<CommonOptions> = {
  values: ["string", "object", "array"],
  set: "object",
  setString: "object",
  setJson: "object",
  setFile: "object",
  setLiteral: "object",
  skipSchemaValidation: "boolean",
  renderTimeout: "duration",
  controlPlane: "object",
  signal: "object",
};

const releaseName: OptionSpec<ReleaseNameOptions> = {
  ...common,
  namespace: "string",
  releaseName: "string",
  dependencyUpdate: "boolean",
};

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
    skipCrds: "boolean",
    noHooks: "boolean",
    forceConflicts: "boolean",
    timeout: "duration",
  } satisfies OptionSpec<DryRunOptions>,
  installChart: {
    ...releaseName,
    ...deploy,
    createNamespace: "boolean",
    serverSide: "boolean",
    simulate: ["object", "array"],
    stages: ["string", "object", "array"],
  } satisfies OptionSpec<InstallOptions>,
  "release.upgrade": {
    values: common.values,
    set: "object",
    setString: "object",
    setJson: "object",
    setFile: "object",
    setLiteral: "object",
    skipSchemaValidation: "boolean",
    renderTimeout: "duration",
    signal: "object",
    dependencyUpdate: "boolean",
    ...deploy,
    reuseValues: "boolean",
    resetValues: "boolean",
    resetThenReuseValues: "boolean",
    maxHistory: "number",
    cleanupOnFail: "boolean",
    forceReplace: "boolean",
    serverSide,
  } satisfies OptionSpec<UpgradeOptions>,
  "release.rollback": {
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

/** Throws `SEATRIAL_USAGE` for an option that the call does not know, or of the wrong kind. */
export function checkCallOptions(call: CheckedCall, options: object | undefined): void {
  checkOptions(call, options, specs[call] as OptionSpec<object>);
}
