import { UsageError } from "../../errors/usage-error.ts";
import type {
  HelmChartRequest,
  HelmInstallRequest,
  HelmMajor,
  HelmRollbackRequest,
  HelmTemplateRequest,
  HelmUninstallRequest,
  HelmUpgradeRequest,
  HelmWait,
} from "../types.ts";

/** The verbs that a Helm program runs. */
export type ProgramVerb = "template" | "install" | "upgrade" | "rollback" | "uninstall";

type Deploy = Omit<HelmInstallRequest, "serverSide"> & Omit<HelmUpgradeRequest, "serverSide">;

/** The arguments of `helm template`. */
export function templateArguments(request: HelmTemplateRequest): string[] {
  const { releaseName = "release-name", chart, kubeVersion, apiVersions = [], showOnly = [] } = request;
  return [
    "template",
    releaseName,
    chart,
    ...chartFlags(request),
    ...given("--kube-version", kubeVersion),
    ...apiVersions.flatMap((version) => ["--api-versions", version]),
    ...showOnly.flatMap((template) => ["--show-only", template]),
    ...when("--skip-tests", request.skipTests),
    ...when("--no-hooks", request.noHooks),
    ...when("--is-upgrade", request.isUpgrade),
  ];
}

/** The arguments of `helm install`. */
export function installArguments(request: HelmInstallRequest, major: HelmMajor): string[] {
  const { serverSide, releaseName = "", chart } = request;
  const mode = serverSide === undefined ? undefined : (String(serverSide) as "true" | "false");
  return [
    "install",
    releaseName,
    chart,
    ...chartFlags(request),
    ...deployFlags(request, major),
    ...serverSideFlag(mode, major),
    ...when("--replace", request.replace),
  ];
}

/** The arguments of `helm upgrade`. */
export function upgradeArguments(request: HelmUpgradeRequest, major: HelmMajor): string[] {
  const { releaseName = "", chart } = request;
  return [
    "upgrade",
    releaseName,
    chart,
    ...chartFlags(request),
    ...deployFlags(request, major),
    ...serverSideFlag(request.serverSide, major),
    ...when("--install", request.install),
    ...when("--reuse-values", request.reuseValues),
    ...when("--reset-values", request.resetValues),
    ...when("--reset-then-reuse-values", request.resetThenReuseValues),
    ...given("--history-max", request.maxHistory),
    ...when("--cleanup-on-fail", request.cleanupOnFail),
    ...forceFlag(request.forceReplace, major),
  ];
}

/** The arguments of `helm rollback`. */
export function rollbackArguments(request: HelmRollbackRequest, major: HelmMajor): string[] {
  const { releaseName, revision = 0 } = request;
  return [
    "rollback",
    releaseName,
    String(revision),
    ...waitFlag(request.wait, major),
    ...when("--wait-for-jobs", request.waitForJobs),
    ...given("--timeout", request.timeout),
    ...when("--no-hooks", request.noHooks),
    ...when("--cleanup-on-fail", request.cleanupOnFail),
    ...serverSideFlag(request.serverSide, major),
    ...conflictsFlag(request.forceConflicts, major),
    ...forceFlag(request.forceReplace, major),
    ...given("--history-max", request.maxHistory),
  ];
}

/** The arguments of `helm uninstall`. */
export function uninstallArguments(request: HelmUninstallRequest, major: HelmMajor): string[] {
  return [
    "uninstall",
    request.releaseName,
    ...waitFlag(request.wait, major),
    ...given("--timeout", request.timeout),
    ...when("--keep-history", request.keepHistory),
    ...when("--no-hooks", request.noHooks),
    ...when("--ignore-not-found", request.ignoreNotFound),
    ...given("--cascade", request.cascade),
  ];
}

function chartFlags(request: HelmChartRequest): string[] {
  const flags = [
    ["--values", request.valueFiles],
    ["--set-json", request.setJson],
    ["--set", request.set],
    ["--set-string", request.setString],
    ["--set-file", request.setFile],
    ["--set-literal", request.setLiteral],
  ] as const;
  return [
    ...flags.flatMap(([flag, texts = []]) => texts.map((text) => `${flag}=${text}`)),
    ...when("--skip-schema-validation", request.skipSchemaValidation),
  ];
}

function deployFlags(request: Partial<Deploy>, major: HelmMajor): string[] {
  const labels = Object.entries(request.labels ?? {}).map(([name, value]) => `${name}=${value}`);
  return [
    ...given("--description", request.description),
    ...when("--create-namespace", request.createNamespace),
    ...waitFlag(request.wait, major),
    ...when("--wait-for-jobs", request.waitForJobs),
    ...given("--timeout", request.timeout),
    ...when(major === 3 ? "--atomic" : "--rollback-on-failure", request.rollbackOnFailure),
    ...when("--skip-crds", request.skipCrds),
    ...when("--no-hooks", request.noHooks),
    ...when("--take-ownership", request.takeOwnership),
    ...conflictsFlag(request.forceConflicts, major),
    ...given("--labels", labels.length === 0 ? undefined : labels.join(",")),
    ...when("--disable-openapi-validation", request.disableOpenapiValidation),
  ];
}

function waitFlag(wait: HelmWait | undefined, major: HelmMajor): string[] {
  const mode = wait === true ? "watcher" : wait === false || wait === undefined ? "hookOnly" : wait;
  if (mode === "hookOnly") return [];
  return major === 3 ? ["--wait"] : [`--wait=${mode}`];
}

function serverSideFlag(mode: "auto" | "true" | "false" | undefined, major: HelmMajor): string[] {
  if (mode === undefined) return [];
  if (major === 4) return [`--server-side=${mode}`];
  if (mode === "true") throw noServerSideApply();
  return [];
}

function conflictsFlag(isForced: boolean | undefined, major: HelmMajor): string[] {
  if (isForced === true && major === 3) throw noServerSideApply();
  return when("--force-conflicts", isForced);
}

function noServerSideApply(): UsageError {
  return new UsageError("Helm 3 has no server-side apply: leave out serverSide and forceConflicts");
}

function forceFlag(isForced: boolean | undefined, major: HelmMajor): string[] {
  return when(major === 3 ? "--force" : "--force-replace", isForced);
}

function when(flag: string, isSet: boolean | undefined): string[] {
  return isSet === true ? [flag] : [];
}

function given(flag: string, value: string | number | undefined): string[] {
  return value === undefined ? [] : [`${flag}=${value}`];
}
