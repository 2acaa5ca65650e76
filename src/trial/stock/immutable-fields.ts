import { groupOf, type KubeObject } from "../../kube/object-ref.ts";
import { type FieldChange, fieldChanges } from "../../util/field-changes.ts";
import { isMapping } from "../../util/is-mapping.ts";

interface ImmutableFields {
  group: string;
  /** Paths that cannot be changed, with all that is below them. */
  paths: readonly (readonly string[])[];
  /** Paths below these that can be changed; `*` is any item of a list. */
  except?: readonly (readonly string[])[];
  /** Whether they are immutable in this object. @default true */
  applies?: (object: KubeObject) => boolean;
}

const selector = ["spec", "selector"];
const isImmutable = ({ immutable }: KubeObject) => immutable === true;
const isActive = ({ spec }: KubeObject) => !(isMapping(spec) && spec.suspend === true);

// Source: the functions Validate…Update of upstream's packages pkg/apis/*/validation, 1.37.
const fields: Record<string, readonly ImmutableFields[]> = {
  Deployment: [{ group: "apps", paths: [selector] }],
  ReplicaSet: [{ group: "apps", paths: [selector] }],
  DaemonSet: [{ group: "apps", paths: [selector] }],
  StatefulSet: [
    {
      group: "apps",
      paths: [selector, ["spec", "serviceName"], ["spec", "podManagementPolicy"], ["spec", "volumeClaimTemplates"]],
    },
  ],
  // The metadata and the scheduling of a suspended Job may change.
  Job: [
    { group: "batch", paths: [["spec", "template"]], applies: isActive },
    { group: "batch", paths: [selector, ["spec", "completionMode"], ["spec", "managedBy"]] },
  ],
  Pod: [
    {
      group: "",
      paths: [["spec"]],
      except: [
        ["spec", "containers", "*", "image"],
        ["spec", "initContainers", "*", "image"],
        ["spec", "activeDeadlineSeconds"],
        ["spec", "tolerations"],
      ],
    },
  ],
  PersistentVolume: [
    { group: "", paths: ["csi", "hostPath", "local", "nfs", "volumeMode"].map((field) => ["spec", field]) },
  ],
  PersistentVolumeClaim: [
    {
      group: "",
      paths: [["spec"]],
      except: [
        ["spec", "resources"],
        ["spec", "volumeAttributesClassName"],
      ],
    },
  ],
  RoleBinding: [{ group: "rbac.authorization.k8s.io", paths: [["roleRef"]] }],
  ClusterRoleBinding: [{ group: "rbac.authorization.k8s.io", paths: [["roleRef"]] }],
  ConfigMap: [{ group: "", paths: [["data"], ["binaryData"]], applies: isImmutable }],
  Secret: [
    { group: "", paths: [["type"]] },
    { group: "", paths: [["data"], ["stringData"]], applies: isImmutable },
  ],
  StorageClass: [
    { group: "storage.k8s.io", paths: [["provisioner"], ["parameters"], ["reclaimPolicy"], ["volumeBindingMode"]] },
  ],
  PriorityClass: [{ group: "scheduling.k8s.io", paths: [["value"], ["preemptionPolicy"]] }],
  RuntimeClass: [{ group: "node.k8s.io", paths: [["handler"]] }],
  IngressClass: [{ group: "networking.k8s.io", paths: [["spec", "controller"]] }],
};

/** Matches the text of a document of a kind that has immutable fields. */
export const immutableKinds = new RegExp(`^\\s*(?:- )?kind: *["']?(?:${Object.keys(fields).join("|")})\\b`, "m");

/** The changes between two versions of an object that the API server refuses. */
export function immutableChanges(before: KubeObject, after: KubeObject): FieldChange[] {
  const rules = (fields[before.kind] ?? []).filter(
    ({ group, applies }) => group === groupOf(before.apiVersion) && applies?.(before) !== false,
  );
  if (rules.length === 0) return [];
  return fieldChanges(before, after).filter(({ path }) =>
    rules.some(({ paths, except = [] }) => {
      return paths.some((own) => isBelow(path, own)) && !except.some((own) => isBelow(path, own));
    }),
  );
}

function isBelow(path: readonly (string | number)[], own: readonly string[]): boolean {
  return own.every((segment, index) => segment === "*" || path[index] === segment);
}
