import type { Finding } from "../../findings/finding.ts";
import { findingsOf } from "../../findings/findings-of.ts";
import { toObjectRef } from "../../kube/object-ref.ts";
import { install as installRelease } from "../../release/install-chart.ts";
import type { Release } from "../../release/release.ts";
import { clientSideFields } from "../helms/client-side-fields.ts";
import { HELM_VERSIONS_DIFFER } from "../helms/render-differences.ts";
import { liveDifferences } from "../live/live-differences.ts";
import type { LiveRelease } from "../live/live-release.ts";
import { staleFields } from "../live/stale-fields.ts";
import { removeReleases } from "./clean-up.ts";
import { forgetPolicies } from "./reinstall.ts";
import type { TrialState } from "./trial-state.ts";
import { uninstall } from "./uninstall.ts";
import { readSecretsToo, upgradeExplained } from "./upgrade.ts";

/**
 * Installs the chart with Helm 3 and upgrades the release with Helm 4, as users do who change to Helm 4: first as Helm 4 does by
 * itself, which is client-side apply for a release of Helm 3, and then with server-side apply.
 */
export async function helmUpgrade(state: TrialState): Promise<Finding[]> {
  await removeReleases(state);
  await forgetPolicies(state);
  state.isClean = false;
  const release = await installWith3(state);
  if (Array.isArray(release)) return release;
  state.release = release;
  const before = await readSecretsToo(state, release);
  const oldRelease = release.info;
  const refusal = await upgradeExplained(state, release, before, { helm: 4 });
  if (refusal !== undefined) return refusal.map((finding) => ofRelease3(finding, "the upgrade with Helm 4 fails"));
  const upgraded = await readSecretsToo(state, release, before);
  const { fresh } = state;
  const stale = fresh === undefined ? [] : staleFields({ oldRelease, newRelease: release.info, upgraded, fresh });
  const findings = [...replacedObjects(before, upgraded), ...stale, ...(await serverSide(state, release, upgraded))];
  findings.push(...(await historyFindings(release)));
  await uninstall(state);
  return findings;
}

async function installWith3(state: TrialState): Promise<Release | Finding[]> {
  const { isAlone } = state.context;
  try {
    return await installRelease(
      state.plan.chartPath,
      { ...state.inNamespace, ...state.deployment, ...state.deployer, helm: 3 },
      { isAlone },
    );
  } catch (error) {
    const findings = findingsOf(error);
    if (findings === undefined) throw error;
    return findings.map((finding) => ({
      ...finding,
      reason: HELM_VERSIONS_DIFFER,
      message: `only Helm 4 installs the chart; Helm 3 fails: ${finding.message}`,
    }));
  }
}

function ofRelease3(finding: Finding, what: string): Finding {
  return { ...finding, message: `the release was made by Helm 3, and ${what}: ${finding.message}` };
}

function replacedObjects(before: LiveRelease, upgraded: LiveRelease): Finding[] {
  return liveDifferences(before, upgraded).flatMap((difference): Finding[] => {
    if (difference.kind !== "replaced") return [];
    const message = "the upgrade from Helm 3 to Helm 4 deletes it and creates another one of this name";
    const object = toObjectRef(difference.object);
    return [{ severity: "error", step: "helm-upgrade", message, reason: "ReplacedByUpgrade", object }];
  });
}

// Helm 4 reads the method of the last revision, also of a revision that failed.
const staysServerSide = "users who try it need --server-side=false for the next upgrade, or Helm 4 tries it again";

// A user has to ask for it: `helm upgrade --server-side=true`.
async function serverSide(state: TrialState, release: Release, before: LiveRelease): Promise<Finding[]> {
  const refusal = await upgradeExplained(state, release, before, { helm: 4, serverSide: "true" });
  if (refusal !== undefined) {
    return refusal.map((finding) => ({
      ...ofRelease3(finding, "Helm 4 cannot change it to server-side apply (--server-side=true)"),
      severity: "warning" as const,
      notes: [...(finding.notes ?? []), staysServerSide],
    }));
  }
  const { objects } = await readSecretsToo(state, release, before);
  return clientSideFields([...objects.values()]);
}

async function historyFindings(release: Release): Promise<Finding[]> {
  const revisions = (await release.history()).map(({ revision }) => revision);
  const isWhole = revisions.length === release.revision && revisions.every((revision, index) => revision === index + 1);
  if (isWhole) return [];
  const message = `Helm 4 reads the revisions ${revisions.join(", ")} of a release that has ${release.revision}`;
  return [{ severity: "error", step: "helm-upgrade", message, reason: "HistoryLost" }];
}
