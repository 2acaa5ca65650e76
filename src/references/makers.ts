import { groupOf } from "../kube/object-ref.ts";
import { makingOf } from "./custom-makers.ts";
import type { ChartEntry } from "./entry.ts";
import { type ReferredKind, resourceOf } from "./kinds.ts";
import { extendsName } from "./names.ts";
import { podTemplatesOf } from "./pod-templates.ts";
import { labelsAt, listAt, mappingAt, textAt, textsAt } from "./reading.ts";

interface Rule {
  groups: string[];
  resources: string[];
  verbs: string[];
}

const RBAC = "rbac.authorization.k8s.io";
const aggregated = /^rbac\.authorization\.k8s\.io\/aggregate-to-/;
// Roles of every cluster with which nothing that a chart names can be created or changed.
const harmless =
  /^(view|extension-apiserver-authentication-reader|system:(auth-delegator|basic-user|discovery|public-info-viewer|.*node-reader|metrics-server.*))$/;
const uses = new Set<ReferredKind>(["ServiceAccount", "Role", "ClusterRole"]);
const podResources: [group: string, resource: string][] = [
  ["", "pods"],
  ["", "replicationcontrollers"],
  ["apps", "deployments"],
  ["apps", "statefulsets"],
  ["apps", "daemonsets"],
  ["apps", "replicasets"],
  ["batch", "jobs"],
  ["batch", "cronjobs"],
];

/** What may appear on a cluster without being rendered: made by the chart's own programs, or by operators for the chart. */
export class Makers {
  readonly #rules: Rule[];
  readonly #customs: { entry: ChartEntry; making: "secrets" | "anything"; text: string }[];
  readonly #annotations: Set<string>;
  readonly #mayDoAnything: boolean;

  /** `isOwnName` says that nobody else would give an object the name: an object of the chart that is missing is a mistake. */
  constructor(entries: readonly ChartEntry[], isOwnName: (name: string) => boolean) {
    const ofKind = (kind: string) =>
      entries.filter(({ object }) => object.kind === kind && groupOf(object.apiVersion) === RBAC);
    const roles = [...ofKind("Role"), ...ofKind("ClusterRole")];
    this.#rules = roles.filter(isBindable).flatMap(({ object }) => listAt(object, "rules").map(toRule));
    const known = new Set(roles.map(({ object, name }) => `${object.kind} ${name}`));
    const bindings = [...ofKind("RoleBinding"), ...ofKind("ClusterRoleBinding")];
    const isForeign = ({ object }: ChartEntry) => {
      const name = textAt(object, "roleRef", "name") ?? "";
      return !harmless.test(name) && !isOwnName(name) && !known.has(`${textAt(object, "roleRef", "kind")} ${name}`);
    };
    this.#mayDoAnything = bindings.some(isForeign) || hasForeignAccount(entries, isOwnName);
    this.#customs = entries.flatMap((entry) => {
      const making = makingOf(entry.object);
      return making === "nothing" ? [] : [{ entry, making, text: JSON.stringify(entry.object.spec ?? {}) }];
    });
    this.#annotations = new Set(
      entries.flatMap(({ object }) => Object.values(labelsAt(object, "metadata", "annotations"))),
    );
  }

  /** Whether Pods may exist that no template of the chart describes. */
  get mayMakePods(): boolean {
    if (this.#customs.some(({ making }) => making === "anything")) return true;
    return podResources.some(([group, resource]) => this.#allows("create", group, resource));
  }

  /** Whether a program of the chart may add kinds to the cluster. */
  get mayAddKinds(): boolean {
    return this.#allows("create", "apiextensions.k8s.io", "customresourcedefinitions");
  }

  /** Whether a program of the chart may label Pods. */
  get mayLabelPods(): boolean {
    return this.#allows("patch", "", "pods") || this.#allows("update", "", "pods");
  }

  /** Whether a program of the chart may write keys of such objects. */
  mayChange(kind: ReferredKind): boolean {
    const { group, resource } = resourceOf(kind);
    return this.#allows("update", group, resource) || this.#allows("patch", group, resource);
  }

  /** Whether an object of this name may be made by a program of the chart, or by an operator for an object of the chart. */
  mayMake(kind: ReferredKind, name: string): boolean {
    const { group, resource } = resourceOf(kind);
    // A missing account or role is what shows that the chart uses those of another installation.
    const isAllowed = uses.has(kind) ? this.#says("create", group, resource) : this.#allows("create", group, resource);
    return isAllowed || this.#annotations.has(name) || this.#isMadeByOperator(kind, name);
  }

  #isMadeByOperator(kind: ReferredKind, name: string): boolean {
    const isSecret = kind === "Secret" || kind === "ConfigMap";
    return this.#customs.some(({ entry, making, text }) => {
      if (making === "secrets" && !isSecret) return false;
      const isNamed = entry.name === name || text.includes(JSON.stringify(name));
      return isNamed || (making === "anything" && extendsName(name, entry.name));
    });
  }

  #allows(verb: string, group: string, resource: string): boolean {
    return this.#mayDoAnything || this.#says(verb, group, resource);
  }

  #says(verb: string, group: string, resource: string): boolean {
    return this.#rules.some(
      ({ verbs, groups, resources }) =>
        includes(verbs, verb) && includes(groups, group) && includes(resources, resource),
    );
  }
}

function includes(list: readonly string[], value: string): boolean {
  return list.includes("*") || list.includes(value);
}

function toRule(rule: unknown): Rule {
  return { groups: textsAt(rule, "apiGroups"), resources: textsAt(rule, "resources"), verbs: textsAt(rule, "verbs") };
}

// Roles for the users of a cluster are not those of the chart's programs.
function isBindable({ object }: ChartEntry): boolean {
  const labels = Object.keys(mappingAt(object, "metadata", "labels"));
  return !labels.some((label) => aggregated.test(label));
}

// What an account of another installation may do is not known.
function hasForeignAccount(entries: readonly ChartEntry[], isOwnName: (name: string) => boolean): boolean {
  const own = new Set(entries.filter(({ object }) => object.kind === "ServiceAccount").map(({ name }) => name));
  return entries.some(({ object }) =>
    podTemplatesOf(object).some(({ spec }) => {
      const account = textAt(spec, "serviceAccountName") ?? textAt(spec, "serviceAccount") ?? "default";
      return account !== "default" && !own.has(account) && !isOwnName(account);
    }),
  );
}
