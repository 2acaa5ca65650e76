import { findTemplate } from "../../findings/find-template.ts";
import type { Finding, FindingStep } from "../../findings/finding.ts";
import { tryReleaseDocuments } from "../../findings/release-documents.ts";
import { HelmError } from "../../helm/helm-error.ts";
import { isOfCluster, type WatchedNotReady } from "./judge-causes.ts";
import type { Observation } from "./ready-watch.ts";
import type { WatchedRef } from "./watched-refs.ts";

/** An operation that failed because objects did not become ready. `toChartFailure` makes the error that callers get. */
export class NotReadyFailure extends Error {
  readonly observation: Observation;
  readonly waitedMs: number;
  /** The time was up; otherwise waiting longer would have been pointless. */
  readonly isTimeout: boolean;
  /** The objects that ended the wait: those that cannot become ready, or all when the time was up, explained ones first. */
  readonly blamed: readonly WatchedNotReady[];
  /** The caller has cancelled the operation. */
  readonly isCancelled: boolean;

  constructor({
    observation,
    waitedMs,
    isTimeout,
    isCancelled = false,
    cause,
  }: Pick<NotReadyFailure, "observation" | "waitedMs" | "isTimeout"> & { isCancelled?: boolean; cause?: unknown }) {
    super("objects did not become ready", { cause });
    this.observation = observation;
    this.waitedMs = waitedMs;
    this.isTimeout = isTimeout;
    this.isCancelled = isCancelled;
    this.blamed = blamedOf(observation.notReady, isTimeout || isCancelled);
  }

  /** The objects for which the chart is to blame, as far as that is known. */
  get ofChart(): readonly WatchedNotReady[] {
    return this.blamed.filter((item) => isExplained(item) && !isOfCluster(item));
  }

  /** Whether an object could not be checked: the control plane lacks something, or the object waits on purpose. */
  get isOfCluster(): boolean {
    return this.ofChart.length === 0 && this.blamed.some(isOfCluster);
  }

  /** Whether a hook has failed, for a reason that is the chart's. */
  get isOfHook(): boolean {
    const isReported = this.cause instanceof HelmError && this.cause.helmCode === "hook";
    return !this.isOfCluster && (isReported || this.ofChart.some(({ ref }) => ref.isHook));
  }

  /** One finding for each object that ended the wait. What the chart is not to blame for is a warning if it is for another. */
  findings(step: FindingStep): Finding[] {
    const isMixed = this.ofChart.length > 0;
    return this.blamed.map((item) => {
      const finding = this.#finding(item, step);
      return isMixed && isOfCluster(item) ? { ...finding, severity: "warning" } : finding;
    });
  }

  // A Job may have removed the Pods whose containers failed.
  #endsOf({ kind, name }: WatchedRef): string[] {
    const failures = this.cause instanceof HelmError ? this.cause.failures : [];
    const failure = failures.find(({ object }) => object?.kind === kind && object.name === name);
    return (failure?.ends ?? []).map((end) => `Pod: ${end}`);
  }

  #finding({ ref: watched, status, causes, notes }: WatchedNotReady, step: FindingStep): Finding {
    const { apiVersion, kind, namespace, name, events } = watched;
    const ref = namespace === undefined ? { apiVersion, kind, name } : { apiVersion, kind, namespace, name };
    const template = findTemplate(tryReleaseDocuments(this.observation.info), ref);
    const known = causes.map((cause) => (cause.kind === kind ? cause.message : `${countOf(cause)}: ${cause.message}`));
    const isEndKnown = known.some((message) => message.includes(" exited with "));
    const reasons = isEndKnown ? known : [...known, ...this.#endsOf(watched)];
    const role = events.length === 0 ? "" : `${events.join(", ")} hook: `;
    const decisive = causes.find(({ isTerminal }) => isTerminal) ?? causes[0];
    const hint = decisive?.hint ?? causes.find((cause) => cause.hint !== undefined)?.hint;
    const finding: Finding = {
      severity: "error",
      step,
      message: `${role}${[status.message, ...reasons.filter((reason) => reason !== status.message)].join("; ")}`,
      reason: decisive?.reason ?? status.reason ?? status.status,
      object: ref,
    };
    if (template !== undefined) finding.template = template;
    if (notes.length > 0) finding.notes = notes;
    if (hint !== undefined) finding.hint = hint;
    return finding;
  }
}

function blamedOf(notReady: readonly WatchedNotReady[], isTimeout: boolean): WatchedNotReady[] {
  const terminal = notReady.filter(({ isTerminal }) => isTerminal);
  if (!isTimeout && terminal.length > 0) return terminal;
  return [...notReady].sort((one, other) => Number(isExplained(other)) - Number(isExplained(one)));
}

// A hook that still runs when its time is over has failed. For other objects the machine may have been too slow.
function isExplained({ causes, status, ref }: WatchedNotReady): boolean {
  const runs = status.reason === "PodRunning" || status.reason === "JobNotComplete";
  return causes.length > 0 || status.status === "Failed" || (ref.isHook && runs);
}

function countOf({ kind, count }: { kind: string; count: number }): string {
  return count === 1 ? kind : `${count} ${kind}s`;
}
