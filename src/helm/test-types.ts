import type { HelmRelease, HelmReleaseRequest } from "./types.ts";

export interface HelmTestRequest extends HelmReleaseRequest {
  timeout?: string | undefined;
  filters?: { include?: string[] | undefined; exclude?: string[] | undefined } | undefined;
  logs?: boolean | undefined;
}

export interface HelmTestHook {
  name: string;
  /** `Succeeded`, `Failed`, `Running`, `Unknown`, or empty when it did not run. */
  phase: string;
  startedAt?: string;
  completedAt?: string;
}

/** What is known about a test, whether or not it passed. */
export interface HelmTestFacts {
  hooks: HelmTestHook[];
  logs?: string;
  /** Why logs are missing. It does not make a test fail. */
  logsError?: string;
}

export interface HelmTestAnswer extends HelmTestFacts {
  release: HelmRelease;
}
