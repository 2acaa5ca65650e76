import type { KubeObject } from "../kube/object-ref.ts";
import type { StatusFinding } from "./status-finding.ts";

// A path has two segments at least: "spec.volumes[0].gitRepo: deprecated in v1.11".
const path = /^(\w+)(?:\.\w+|\[[^\]]*\])+(?=: \S)/;

/**
 * A warning of the API server about an object. `field` is the path that it begins with, which the message is without. Source:
 * the warnings of k8s.io/kubernetes/pkg/api and pkg/registry.
 */
export function apiWarning(warning: string, object: KubeObject): StatusFinding {
  const [field, first = ""] = path.exec(warning) ?? [];
  if (field === undefined || !Object.hasOwn(object, first)) return { message: warning };
  const message = warning.slice(field.length + ": ".length);
  const milli = /^fractional byte value "(\d+)m"/.exec(message)?.[1];
  return { message, field, ...(milli === undefined ? {} : { hint: `did you mean ${milli}Mi?` }) };
}
