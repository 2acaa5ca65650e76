import { templateFinder } from "../../findings/find-template.ts";
import type { Finding, FindingStep } from "../../findings/finding.ts";
import { HelmError } from "../../helm/helm-error.ts";
import { lacksReference } from "../../readiness/explain.ts";
import type { Sight } from "./ready-watch.ts";

const MAKE_IT =
  "have the chart make it; for what another operator makes, name a Stage that does so: --stages, or the option stages";

/** An operation that failed because objects did not become ready. `toChartFailure` makes the error that callers get. */
export class NotReadyFailure extends Error {
  readonly sight: Sight;
  readonly waitedMs: number;
  /** The time was up; otherwise waiting longer would have been in vain. */
  readonly isTimeout: boolean;

  constructor({
    sight,
    waitedMs,
    isTimeout,
    cause,
  }: Pick<NotReadyFailure, "sight" | "waitedMs" | "isTimeout"> & { cause?: unknown }) {
    super("objects did not become ready", { cause });
    this.sight = sight;
    this.waitedMs = waitedMs;
    this.isTimeout = isTimeout;
  }

  /** Whether it is known of any object why it is not ready. */
  get isExplained(): boolean {
    return this.sight.notReady.some(({ causes, status }) => causes.length > 0 || status.status === "Failed");
  }

  /** Whether Helm itself says that it was a hook. */
  get isOfHook(): boolean {
    return this.cause instanceof HelmError && this.cause.helmCode === "hook";
  }

  /** One finding for each object that is not ready. */
  findings(step: FindingStep): Finding[] {
    const { info, notReady } = this.sight;
    const findTemplate = templateFinder(info);
    return notReady.map((item) => {
      const { ref: watched, status, causes, notes } = item;
      const { apiVersion, kind, namespace, name, events } = watched;
      const ref = namespace === undefined ? { apiVersion, kind, name } : { apiVersion, kind, namespace, name };
      const template = findTemplate(ref);
      const reasons = causes.map((cause) =>
        cause.kind === kind ? cause.message : `${countOf(cause)}: ${cause.message}`,
      );
      const role = events.length === 0 ? "" : `${events.join(", ")} hook: `;
      const finding: Finding = {
        severity: "error",
        step,
        message: `${role}${[status.message, ...reasons.filter((reason) => reason !== status.message)].join("; ")}`,
        reason: causes[0]?.reason ?? status.reason ?? status.status,
        object: ref,
      };
      if (template !== undefined) finding.template = template;
      if (notes.length > 0) finding.notes = notes;
      if (lacksReference(item)) finding.hint = MAKE_IT;
      return finding;
    });
  }
}

function countOf({ kind, count }: { kind: string; count: number }): string {
  return count === 1 ? kind : `${count} ${kind}s`;
}
