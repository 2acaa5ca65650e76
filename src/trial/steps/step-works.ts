import type { Finding } from "../../findings/finding.ts";
import type { StepName } from "../trial-result.ts";
import { bothHelms } from "./both-helms.ts";
import { dryRun } from "./dry-run.ts";
import { helmUpgrade } from "./helm-upgrade.ts";
import { install } from "./install.ts";
import { leftovers } from "./leftovers.ts";
import { lint } from "./lint.ts";
import { reinstall } from "./reinstall.ts";
import { rollback } from "./rollback.ts";
import { template } from "./template.ts";
import { test } from "./test.ts";
import type { TrialState } from "./trial-state.ts";
import { uninstall } from "./uninstall.ts";
import { upgrade } from "./upgrade.ts";
import { upgradeFrom } from "./upgrade-from.ts";

/** What each step does. */
export const stepWorks: Record<StepName, (state: TrialState) => Promise<Finding[]>> = {
  lint,
  template,
  "both-helms": bothHelms,
  "dry-run": dryRun,
  install,
  test,
  upgrade,
  uninstall,
  leftovers,
  reinstall,
  "upgrade-from": upgradeFrom,
  rollback,
  "helm-upgrade": helmUpgrade,
};

/** Steps whose findings say nothing against a later step: it runs in any case. */
export const independentSteps: ReadonlySet<StepName> = new Set(["lint", "both-helms", "upgrade", "reinstall"]);
