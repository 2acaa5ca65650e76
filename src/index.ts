export { attachControlPlane } from "./boot/attach-control-plane.ts";
export type { ControlPlaneOptions } from "./boot/control-plane-options.ts";
export { startControlPlane } from "./boot/start-control-plane.ts";
export { type Chart, type ChartMetadata, readChart } from "./chart/chart.ts";
export { type ChartCase, findCases } from "./chart/ci-cases.ts";
export { type FindChartsOptions, findCharts } from "./chart/find-charts.ts";
export type { BuildProgress } from "./engine/binary/engine-location.ts";
export type { EngineCallOptions, EngineClient, EngineLock, EngineStream } from "./engine/engine-client.ts";
export type { EngineInfo } from "./engine/engine-info.ts";
export { ChartError } from "./errors/chart-error.ts";
export { ClusterError, type ClusterErrorCause } from "./errors/cluster-error.ts";
export type { ErrorCode, SystemErrorCode, UserErrorCode } from "./errors/codes.ts";
export { EngineError } from "./errors/engine-error.ts";
export { type JsonObject, type JsonValue, SeatrialError } from "./errors/seatrial-error.ts";
export { TimeoutError } from "./errors/timeout-error.ts";
export { UsageError } from "./errors/usage-error.ts";
export type { Finding, FindingStep } from "./findings/finding.ts";
export { findingsOf } from "./findings/findings-of.ts";
export { formatFinding } from "./findings/format-finding.ts";
export type { HelmChoice, HelmProgramChoice } from "./helm/helm-choice.ts";
export type { HelmClient } from "./helm/helm-client.ts";
export { HelmError } from "./helm/helm-error.ts";
export type { HelmTestHook } from "./helm/test-types.ts";
export type { HelmChartInfo, HelmHook, HelmMajor, HelmRelease, HelmWait } from "./helm/types.ts";
export { type Container, container } from "./kube/container.ts";
export type { KubeResource } from "./kube/discovery.ts";
export type { Impersonation } from "./kube/impersonation.ts";
export type {
  KubeCallOptions,
  KubeClient,
  KubeDeleteOptions,
  KubeEvictOptions,
  KubeGetOptions,
  KubeListOptions,
  KubeWriteOptions,
  KubeWritten,
} from "./kube/kube-client.ts";
export type { KubeObject, KubeObjectMeta, ObjectRef } from "./kube/object-ref.ts";
export type { PodSecurityLevel } from "./kube/pod-security-level.ts";
export { ApiStatusError, type KubeStatus } from "./kube/status.ts";
export type {
  AsJson,
  Rendered,
  RenderedKind,
  RenderedMeta,
  Stored,
  StoredMeta,
  WellKnownKinds,
} from "./kube/stored.ts";
export type { NamespaceOptions, NewNamespace, TestNamespace } from "./kube/test-namespace.ts";
export type { PreviousVersion } from "./life/previous-version.ts";
export { type StableObjectOptions, stableObject } from "./life/stable-object.ts";
export { stableObjects } from "./life/stable-objects.ts";
export { type TryInstallResult, tryInstall } from "./life/try-install.ts";
export { upgradeFrom } from "./life/upgrade-from.ts";
export type { ControlPlane } from "./plane/control-plane.ts";
export type { ControlPlaneCapabilities, ControlPlaneData, ControlPlaneVersions } from "./plane/control-plane-data.ts";
export { currentControlPlane, setCurrentControlPlane } from "./plane/current.ts";
export type { ProviderName } from "./providers/provider-names.ts";
export type { EngineProviderOptions, ProviderOption, ProviderOptions } from "./providers/provider-options.ts";
export { type AddUserOptions, addUser } from "./rbac/add-user.ts";
export { type Deployer, namespaceAdmin } from "./rbac/deployer.ts";
export type { AccessDecision, Identity } from "./rbac/identity.ts";
export type { Access } from "./rbac/resolve-access.ts";
export type { BoundRule, PolicyRule } from "./rbac/stored-rules.ts";
export type { User } from "./rbac/user.ts";
export type { RealNodeOption, RealNodeOptions } from "./real-node/real-node-options.ts";
export type { ChartValues, OptionsFor } from "./release/chart-values.ts";
export { dryRunChart } from "./release/dry-run-chart.ts";
export { type EditableObject, type EditObjectOptions, editObjectAs } from "./release/edit-object-as.ts";
export { installChart } from "./release/install-chart.ts";
export { lintChart } from "./release/lint-chart.ts";
export type {
  CommonOptions,
  DryRunOptions,
  InstalledRelease,
  InstallOptions,
  LintOptions,
  ReleaseNameOptions,
  RollbackOptions,
  SetScalar,
  SetValues,
  TemplateOptions,
  TestOptions,
  UninstallOptions,
  UpgradeOptions,
  ValuesObject,
  ValuesOption,
} from "./release/options.ts";
export type { PostRenderer, PostRendererCommand } from "./release/post-renderer.ts";
export type { Release } from "./release/release.ts";
export type {
  DocumentSource,
  DryRunResult,
  LintMessage,
  LintResult,
  ObjectsByKind,
  TemplateResult,
  TestResult,
} from "./release/results.ts";
export type { GetOptions } from "./release/select-object.ts";
export { templateChart } from "./release/template-chart.ts";
export { type Given, type GivenOptions, type GivenSources, given } from "./sharing/given.ts";
export { type InstallCrdsOptions, type InstalledCrds, installCrds } from "./sharing/install-crds.ts";
export type { AppliedStage } from "./simulation/list-stages.ts";
export type { SimulationEffect, SimulationRule, SimulationSelector } from "./simulation/rule.ts";
export { type Simulation, simulate } from "./simulation/simulate.ts";
export { type NodeSimulation, type SimulateNodeOptions, simulateNode } from "./simulation/simulate-node.ts";
export { type StageSimulation, simulateStages } from "./simulation/simulate-stages.ts";
export type { SimulatedNode, SimulationOptions } from "./simulation/simulation-options.ts";
export type { SimulationTarget } from "./simulation/simulation-target.ts";
export type { StageObject, StageSources } from "./simulation/stage.ts";
export { fieldManagers } from "./trial/live/field-managers.ts";
export type { AdmissionHandler, ConversionHandler } from "./webhook/handlers.ts";
export type {
  AdmissionRequest,
  AdmissionResponse,
  AdmissionReview,
  ConversionRequest,
  ConversionResponse,
  ConversionReview,
  JsonPatchOperation,
  WebhookReview,
} from "./webhook/review.ts";
export { type SimulatedWebhook, type SimulateWebhookOptions, simulateWebhook } from "./webhook/simulate-webhook.ts";
export { type WebhookReviewsOptions, webhookReviews } from "./webhook/webhook-reviews.ts";
