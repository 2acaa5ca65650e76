import { findTemplate } from "../../findings/find-template.ts";
import type { Finding } from "../../findings/finding.ts";
import { tryReleaseDocuments } from "../../findings/release-documents.ts";
import type { HelmRelease } from "../../helm/types.ts";
import { type KubeObject, type ObjectRef, toObjectRef } from "../../kube/object-ref.ts";
import { ApiStatusError } from "../../kube/status.ts";
import { waitForAbsence } from "../../kube/wait.ts";
import { fetchObjects, releaseRefs } from "../../release/release-objects.ts";
import { isOfCluster, type WatchedNotReady } from "../../release/wait/judge-causes.ts";
import { mapLimit } from "../../util/map-limit.ts";
import type { TrialContext } from "../trial-context.ts";
import { isTriedCronJob } from "./is-tried.ts";
import { jobFrom } from "./job-from.ts";
import { type WatchedJob, type WatchJobOptions, watchJob } from "./watch-job.ts";

const CONCURRENCY = 8;
const REMOVAL_TIMEOUT_MS = 10_000;

/** What is wrong with the CronJobs of a release, and which of them could not be tried. */
export interface TriedCronJobs {
  findings: Finding[];
  notes: string[];
}

/**
 * Runs each CronJob of a release once, as a Job that is removed afterwards: no schedule would run it during a trial. Suspended
 * CronJobs are left out.
 */
export async function tryCronJobs(
  release: HelmRelease,
  context: Pick<TrialContext, "plane" | "isAlone" | "signal"> & { timeoutMs: number },
): Promise<TriedCronJobs> {
  const { plane } = context;
  const refs = (await releaseRefs(plane, release)).filter(({ isHook, kind }) => !isHook && kind === "CronJob");
  const cronJobs = (await fetchObjects(plane, refs)).filter(isTriedCronJob);
  const tried = await mapLimit(cronJobs, CONCURRENCY, (cronJob) => tryOne(cronJob, { ...context, release }));
  return { findings: tried.flatMap(({ findings }) => findings), notes: tried.flatMap(({ notes }) => notes) };
}

async function tryOne(cronJob: KubeObject, options: WatchJobOptions): Promise<TriedCronJobs> {
  const { plane, release, signal } = options;
  const object = toObjectRef(cronJob);
  let job: ObjectRef;
  try {
    job = toObjectRef((await plane.kube.create(jobFrom(cronJob), { signal })).object);
  } catch (error) {
    if (!(error instanceof ApiStatusError) || error.code !== "SEATRIAL_REJECTED") throw error;
    const { message = error.message, reason = "Rejected" } = error.status;
    return { findings: [toFinding(object, release, { message: `its Job is refused: ${message}`, reason })], notes: [] };
  }
  try {
    return judge(object, release, await watchJob(job, options));
  } finally {
    await plane.kube.delete(job, { propagationPolicy: "Foreground" });
    await waitForAbsence(plane.kube, job, { timeoutMs: REMOVAL_TIMEOUT_MS });
  }
}

function judge(object: ObjectRef, release: HelmRelease, watched: WatchedJob): TriedCronJobs {
  if (!("problem" in watched)) return { findings: [], notes: [] };
  const { end, problem } = watched;
  const message = describe(problem);
  const decisive = problem.causes.find(({ isTerminal }) => isTerminal) ?? problem.causes[0];
  const hint = decisive?.hint ?? problem.causes.find((cause) => cause.hint !== undefined)?.hint;
  if (end !== "failed" || isOfCluster(problem)) {
    const note = [`CronJob ${object.name} was not tried to its end: ${message}`, ...(hint === undefined ? [] : [hint])];
    return { findings: [], notes: [note.join("; ")] };
  }
  const finding = toFinding(object, release, {
    message: `its Job, run once, fails: ${message}`,
    reason: decisive?.reason ?? problem.status.reason ?? problem.status.status,
  });
  if (problem.notes.length > 0) finding.notes = problem.notes;
  if (hint !== undefined) finding.hint = hint;
  return { findings: [finding], notes: [] };
}

function describe({ status, causes }: WatchedNotReady): string {
  const texts = causes.map(({ kind, message }) => (kind === "Job" ? message : `${kind}: ${message}`));
  return [...new Set([status.message, ...texts])].join("; ");
}

function toFinding(object: ObjectRef, release: HelmRelease, what: Pick<Finding, "message" | "reason">): Finding {
  const template = findTemplate(tryReleaseDocuments(release), object);
  return { severity: "error", step: "test", ...what, object, ...(template === undefined ? {} : { template }) };
}
