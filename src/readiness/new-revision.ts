import type { KubeObject } from "../kube/object-ref.ts";

const REVISION = "deployment.kubernetes.io/revision";
const TEMPLATE_GENERATION = "deprecated.daemonset.template.generation";

/**
 * Whether `member`, which controllers created for `root`, is of root's present template. The Pods of an earlier template may
 * fail: the roll-out replaces them. `owner` is the member's owner.
 */
export function isOfNewRevision(root: KubeObject, member: KubeObject, owner: KubeObject | undefined): boolean {
  const { annotations = {} } = root.metadata;
  switch (root.kind) {
    case "Deployment": {
      const replicaSet = member.kind === "ReplicaSet" ? member : owner;
      const revision = replicaSet?.kind === "ReplicaSet" ? replicaSet.metadata.annotations?.[REVISION] : undefined;
      return revision === undefined || revision === annotations[REVISION];
    }
    case "StatefulSet": {
      const { updateRevision } = (root.status ?? {}) as { updateRevision?: string };
      const revision = member.metadata.labels?.["controller-revision-hash"];
      return revision === undefined || updateRevision === undefined || revision === updateRevision;
    }
    case "DaemonSet": {
      const generation = member.metadata.labels?.["pod-template-generation"];
      return generation === undefined || generation === annotations[TEMPLATE_GENERATION];
    }
    default:
      return true;
  }
}
