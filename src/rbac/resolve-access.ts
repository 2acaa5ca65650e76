import { UsageError } from "../errors/usage-error.ts";
import type { KubeClient } from "../kube/kube-client.ts";
import { groupOf } from "../kube/object-ref.ts";
import { checkOptions } from "../util/check-options.ts";
import { nearestName } from "../util/text/nearest-name.ts";
import { pathVerbs, specialVerbsOf, virtualResources } from "./virtual-resources.ts";

/** A request that an identity may or may not make. */
export interface Access {
  /** `get`, `list`, `watch`, `create`, `update`, `patch`, `delete`, … or `*`. */
  verb: string;
  /** The plural name, as `kubectl auth can-i` takes it: `secrets`, `deployments.apps`, `pods/log`, or `*`. */
  resource?: string;
  /** One object. @default any */
  name?: string;
  /** `*` is all namespaces. @default the namespace of the identity */
  namespace?: string;
  /** A path such as `/metrics`, in place of a resource. */
  path?: string;
}

/** The fields of a SelfSubjectAccessReview. */
export type ReviewedAccess =
  | {
      resourceAttributes: {
        verb: string;
        group: string;
        resource: string;
        subresource?: string;
        namespace?: string;
        name?: string;
      };
    }
  | { nonResourceAttributes: { verb: string; path: string } };

/**
 * The access with the API group of its resource. Rejects with `SEATRIAL_USAGE` for a resource or a verb that does not exist:
 * nobody is allowed to do what does not exist, and a misspelt negation would pass.
 */
export async function resolveAccess(kube: KubeClient, access: Access, ownNamespace: string): Promise<ReviewedAccess> {
  checkOptions<Access>("access", access, {
    verb: "string",
    resource: "string",
    name: "string",
    namespace: "string",
    path: "string",
  });
  const { verb, resource, name, path } = access;
  if ((resource === undefined) === (path === undefined)) {
    throw new UsageError("access: either a resource or a path must be given");
  }
  if (path !== undefined) {
    checkVerb(verb, pathVerbs, path);
    return { nonResourceAttributes: { verb, path } };
  }
  const { group, plural, subresource, isNamespaced, verbs } = await findResource(kube, resource ?? "");
  checkVerb(verb, verbs, resource ?? "");
  const namespace = access.namespace ?? ownNamespace;
  return {
    resourceAttributes: {
      verb,
      group,
      resource: plural,
      ...(subresource === undefined ? {} : { subresource }),
      ...(isNamespaced && namespace !== "*" ? { namespace } : {}),
      ...(name === undefined ? {} : { name }),
    },
  };
}

function checkVerb(verb: string, known: readonly string[], resource: string): void {
  if (verb === "*" || known.includes("*") || known.includes(verb)) return;
  const nearest = nearestName(verb, known);
  throw new UsageError(`access: the verb "${verb}" does not exist for ${resource}; there are ${known.join(", ")}`, {
    ...(nearest === undefined ? {} : { hint: `use "${nearest}"` }),
  });
}

interface NamedResource {
  group: string;
  plural: string;
  subresource?: string;
  isNamespaced: boolean;
  verbs: readonly string[];
}

async function findResource(kube: KubeClient, resource: string): Promise<NamedResource> {
  const [, plural = "", group, subresource] = /^([^./]+)(?:\.([^/]+))?(?:\/(.+))?$/.exec(resource) ?? [];
  if (resource === "*") return { group: "*", plural: "*", isNamespaced: true, verbs: ["*"] };
  const served = await kube.discovery.all();
  const matches = served.filter(
    (each) => each.plural === plural && (group === undefined || groupOf(each.apiVersion) === group),
  );
  const [first] = matches;
  if (first === undefined) {
    const known = virtualResources.find((each) => each.plural === plural && (group ?? each.group) === each.group);
    if (known !== undefined && subresource === undefined) return { ...known, isNamespaced: false };
    const names = served.map((each) =>
      group === undefined ? each.plural : `${each.plural}.${groupOf(each.apiVersion)}`,
    );
    const nearest = nearestName(group === undefined ? plural : `${plural}.${group}`, names);
    throw new UsageError(`access: the API server serves no resource "${resource}"`, {
      hint: nearest === undefined ? "use the plural name, such as deployments.apps" : `use "${nearest}"`,
    });
  }
  const found = { group: groupOf(first.apiVersion), plural, isNamespaced: first.isNamespaced };
  if (subresource === undefined) return { ...found, verbs: [...first.verbs, ...specialVerbsOf(found.group, plural)] };
  const subresources = await listSubresources(kube, first.apiVersion, plural);
  const verbs = subresources.get(subresource);
  if (verbs === undefined) {
    const names = [...subresources.keys()].join(", ") || "none";
    throw new UsageError(`access: ${plural} have no subresource "${subresource}"; there are ${names}`);
  }
  return { ...found, subresource, verbs };
}

async function listSubresources(
  kube: KubeClient,
  apiVersion: string,
  plural: string,
): Promise<Map<string, readonly string[]>> {
  const path = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const { body } = await kube.transport.request({ method: "GET", path });
  const { resources = [] } = body as { resources?: { name: string; verbs: string[] }[] };
  const own = resources.filter(({ name }) => name.startsWith(`${plural}/`));
  return new Map(own.map(({ name, verbs }) => [name.slice(plural.length + 1), verbs]));
}
