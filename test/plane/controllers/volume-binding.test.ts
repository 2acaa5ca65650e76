import { currentControlPlane, given, type KubeObject } from "seatrial";
import { expect, it } from "vitest";
import { LONG, workloads } from "../../helpers/workloads.ts";

const { kube } = currentControlPlane();
const apiVersion = "admissionregistration.k8s.io/v1";

// Refuses what the volumes' controller saves about claims.
function refusalIn(namespace: string): KubeObject[] {
  const metadata = { name: `unsaved-${namespace}` };
  const namespaceSelector = { matchLabels: { "kubernetes.io/metadata.name": namespace } };
  const resources = ["persistentvolumeclaims"];
  const resourceRules = [{ apiGroups: [""], apiVersions: ["v1"], resources, operations: ["UPDATE"] }];
  const account = "system:serviceaccount:kube-system:persistent-volume-binder";
  const validations = [{ expression: `request.userInfo.username != "${account}"` }];
  const spec = { policyName: metadata.name, validationActions: ["Deny"] };
  return [
    {
      apiVersion,
      kind: "ValidatingAdmissionPolicy",
      metadata,
      spec: { matchConstraints: { namespaceSelector, resourceRules }, validations },
    },
    { apiVersion, kind: "ValidatingAdmissionPolicyBinding", metadata, spec },
  ];
}

it("binds a claim soon after its controller could not save it", async () => {
  await using objects = await workloads();
  const { namespace } = objects;
  const refusal = await given(refusalIn(namespace));
  await using _refusal = refusal;
  const resources = { requests: { storage: "1Gi" } };
  const spec = { storageClassName: "standard-immediate", accessModes: ["ReadWriteOnce"], resources };
  await objects.create("PersistentVolumeClaim", "data", { spec });
  const failures = async () =>
    (await kube.list("v1", "Event", { namespace }))
      .filter(({ reason }) => reason === "ProvisioningFailed")
      .reduce((sum, { count }) => sum + Number(count ?? 1), 0);
  // The sync of all claims made the second attempt: the next sync is a whole period away.
  await expect.poll(failures, LONG).toBeGreaterThanOrEqual(2);
  await refusal[Symbol.asyncDispose]();

  const phase = async () => (await objects.get("PersistentVolumeClaim", "data"))?.status?.phase;
  // With upstream's period of 15 s it would not be bound yet.
  await expect.poll(phase, { timeout: 8000 }).toBe("Bound");
});
