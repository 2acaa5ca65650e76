type Item = Record<string, unknown>;

/** How the items of a list are matched. */
export interface ListKey {
  /** The text that identifies an item in its list: `app`, `53/UDP`. */
  keyOf(item: Item): string;
  /** Whether the order of the items means something. */
  isOrdered: boolean;
}

// The keys by which the API server merges lists: patchMergeKey and listMapKey of k8s.io/api, core/v1 and admissionregistration/v1.
const mergeKeys: Record<string, readonly string[]> = {
  containers: ["name"],
  initContainers: ["name"],
  ephemeralContainers: ["name"],
  env: ["name"],
  volumes: ["name"],
  volumeMounts: ["mountPath"],
  volumeDevices: ["devicePath"],
  imagePullSecrets: ["name"],
  secrets: ["name"],
  resourceClaims: ["name"],
  schedulingGates: ["name"],
  hostAliases: ["ip"],
  topologySpreadConstraints: ["topologyKey", "whenUnsatisfiable"],
  conditions: ["type"],
  ownerReferences: ["uid"],
  webhooks: ["name"],
};

// They run one after another.
const ordered = new Set(["initContainers"]);

/** Lists of texts whose order the API server ignores: listType=set of k8s.io/api. */
export const sets: ReadonlySet<string> = new Set(["finalizers"]);

/**
 * How the items of the list in this field are matched: by the key of Kubernetes or, in fields that it does not define, by their
 * unique `name`s. `undefined` when only their positions identify them.
 */
export function findListKey(field: string, lists: readonly (readonly Item[])[]): ListKey | undefined {
  const keys = field === "ports" ? portKeys(lists.flat()) : mergeKeys[field];
  const isKnown = keys !== undefined;
  const keyOf = toKeyOf(keys ?? ["name"]);
  const isUsable = lists.every((items) => {
    const found = items.map(keyOf);
    return found.every((key) => key !== "") && new Set(found).size === found.length;
  });
  if (!isUsable || lists.every((items) => items.length === 0)) return undefined;
  return { keyOf, isOrdered: !isKnown || ordered.has(field) || lists.flat().some(isReferring) };
}

// `$(NAME)` in a variable stands for a variable before it.
function isReferring({ value }: Item): boolean {
  return typeof value === "string" && value.includes("$(");
}

function portKeys(items: readonly Item[]): readonly string[] | undefined {
  if (items.every(({ containerPort }) => containerPort !== undefined)) return ["containerPort", "protocol"];
  if (items.every(({ port }) => port !== undefined)) return ["port", "protocol"];
  return undefined;
}

function toKeyOf(keys: readonly string[]): (item: Item) => string {
  return (item) => {
    const [first, ...others] = keys.map((key) => item[key] ?? (key === "protocol" ? "TCP" : ""));
    if (typeof first !== "string" && typeof first !== "number") return "";
    const rest = others.map(String).filter((text) => text !== "TCP" && text !== "");
    return [String(first), ...rest].join("/");
  };
}
