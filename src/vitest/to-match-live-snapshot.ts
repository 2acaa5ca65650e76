import { Snapshots } from "vitest";
import { stableObjects } from "../life/stable-objects.ts";
import { checkExpected, failEitherWay, hint, type MatcherContext, type MatcherResult } from "../matchers/matcher.ts";
import { describeRelease, mustBeRelease } from "../matchers/release.ts";

/** What the snapshot of a release has. */
export interface LiveSnapshotOptions {
  /** The status of the objects, without times and addresses. @default false */
  status?: boolean;
  /** Only objects of these kinds. @default all */
  kinds?: readonly string[];
}

/**
 * Compares the objects of a release, as the API server has them, with a snapshot whose name has the version of Kubernetes:
 * `web > installs > Kubernetes 1.37 1`. What is different in each run is left out. Fails without objects.
 */
export async function toMatchLiveSnapshot(
  this: MatcherContext,
  received: unknown,
  options: LiveSnapshotOptions = {},
): Promise<MatcherResult> {
  mustBeRelease("toMatchLiveSnapshot", received);
  checkExpected<LiveSnapshotOptions>("toMatchLiveSnapshot", options, {
    status: "boolean",
    kinds: (value) => (Array.isArray(value) ? undefined : "a list of kinds"),
  });
  const { status, kinds } = options;
  const all = await stableObjects(received, { status });
  const chosen = all.filter(({ kind }) => kinds === undefined || kinds.includes(String(kind)));
  if (chosen.length === 0) {
    const what = kinds === undefined ? "no object" : `no object of ${kinds.join(", ")}`;
    return failEitherWay(this, hint(this, "toMatchLiveSnapshot"), `There is ${what} (${describeRelease(received)})`);
  }
  const [version = ""] = /\d+\.\d+/.exec(received.controlPlane.versions.kubernetes) ?? [];
  return Snapshots.toMatchSnapshot.call(this, chosen, `Kubernetes ${version}`);
}
