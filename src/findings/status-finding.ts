import type { Finding } from "./finding.ts";

/** One cause of a Status, as a part of a finding. */
export type StatusFinding = Pick<Finding, "message"> & Partial<Pick<Finding, "reason" | "field" | "hint">>;
