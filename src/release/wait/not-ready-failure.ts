import { findTemplate } from "../../findings/find-template.ts";
import type { Finding, FindingStep } from "../../findings/finding.ts";
import { tryReleaseDocuments } from "../../findings/release-documents.ts";
import { HelmError } from "../../helm/helm-error.ts";
import type { HelmRelease } from "../../helm/types.ts";
import { lacksReference, type NotReady } from "../../readiness/diagnose.ts";
import { lateHookHint } from "./late-hooks.ts";
import { deletedAccountHint, missingAccount } from "./missing-account.ts";
import type { Observation } from "./ready-watch.ts";

const CREATE_IT =
  "create it in the chart; if another operator creates it, pass a Stage that does so: --stages, or the option stages";

/** An operation that failed because objects did not become ready. `toChartFailure` makes the error that callers get. */
export class NotReadyFailure extends Error {
  readonly observation: Observation;
  readonly waitedMs: number;
  /** The time was up; otherwise waiting longer would have been pointless. */
  readonly isTimeout: boolean;

  constructor({
    observation,
    waitedMs,
    isTimeout,
    cause,
  }: Pick<NotReadyFailure, "observation" | "waitedMs" | "isTimeout"> & { cause?: unknown }) {
    super("objects did not become ready", { cause });
    this.observation = observation;
    this.waitedMs = waitedMs;
    this.isTimeout = isTimeout;
  }

  /** Whether it is known why any of the objects is not ready. */
  get isExplained(): boolean {
    return this.observation.notReady.some(({ causes, status }) => causes.length > 0 || status.status === "Failed");
  }

  /** Whether a hook is the cause: Helm reports it as failed, or nothing but hooks cannot become ready. */
  get isOfHook(): boolean {
    if (!(this.cause instanceof HelmError)) return false;
    const { helmCode } = this.cause;
    return helmCode === "hook" || (helmCode === "given-up" && this.observation.notReady.every(({ ref }) => ref.isHook));
  }

  /** One finding for each object that is not ready. */
  findings(step: FindingStep): Finding[] {
    const { info, notReady } = this.observation;
    const documents = tryReleaseDocuments(info);
    return notReady.map((item) => {
      const { ref: watched, status, causes, notes } = item;
      const { apiVersion, kind, namespace, name, events } = watched;
      const ref = namespace === undefined ? { apiVersion, kind, name } : { apiVersion, kind, namespace, name };
      const template = findTemplate(documents, ref);
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
      const account = step === "uninstall" ? missingAccount(item) : undefined;
      if (account !== undefined) finding.hint = deletedAccountHint(account);
      else if (lacksReference(item)) finding.hint = missingHint(causes, info, step);
      return finding;
    });
  }
}

function missingHint(causes: NotReady["causes"], info: HelmRelease, step: FindingStep): string {
  const hints = causes.map(({ missingReference: lacking }) =>
    lacking === undefined ? undefined : lateHookHint(info, step, lacking),
  );
  return hints.find((hint) => hint !== undefined) ?? CREATE_IT;
}

function countOf({ kind, count }: { kind: string; count: number }): string {
  return count === 1 ? kind : `${count} ${kind}s`;
}
