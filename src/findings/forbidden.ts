import type { KubeObject } from "../kube/object-ref.ts";
import type { KubeStatus } from "../kube/status.ts";
import { isMapping } from "../util/is-mapping.ts";
import { joinWords } from "../util/text/join-words.ts";
import type { Finding } from "./finding.ts";
import type { StatusFinding } from "./status-finding.ts";

// The words of k8s.io/apiserver (pkg/endpoints/handlers/responsewriters/errors.go) and of the RBAC registry
// (pkg/registry/rbac/validation/rule.go). They are not typed.
const denied = /User "([^"]*)" cannot (\S+) (?:resource "([^"]+)" in API group "([^"]*)"|path "([^"]+)")/;
const escalation = /user "([^"]*)" \(groups=.*?\) is attempting to grant RBAC permissions not currently held:\n(.*)$/s;

/**
 * What a user may not do, when the authorizer has refused a request, or when RBAC does not let the user grant what the user does
 * not have: one entry for each rule then. `undefined` for other refusals, such as those of a quota or of Pod Security.
 */
export function forbiddenFindings(
  { reason, message = "" }: KubeStatus,
  object: KubeObject | undefined,
): StatusFinding[] | undefined {
  if (reason !== "Forbidden") return undefined;
  const [, grantor, rules] = escalation.exec(message) ?? [];
  if (grantor !== undefined && rules !== undefined) return escalationFindings(grantor, rules, object);
  const [, user, verb = "", plural, group = "", path] = denied.exec(message) ?? [];
  if (user === undefined) return undefined;
  const what = path ?? `${plural}${group === "" ? "" : `.${group}`}`;
  return [{ reason: "MissingRight", message: missingRightMessage(user, [verb], what) }];
}

/** `the user "jane" may not create and patch roles.rbac.authorization.k8s.io` */
export function missingRightMessage(user: string, verbs: readonly string[], what: string): string {
  return `the user "${user}" may not ${joinWords(verbs, "or")} ${what}`;
}

/**
 * The findings without bindings whose role does not exist because its creation was refused: Helm creates both at the same time.
 */
export function withoutMissingRoles(findings: readonly Finding[], objects: readonly KubeObject[]): Finding[] {
  const isRefused = (kind: unknown, name: unknown) =>
    findings.some(
      ({ reason, object }) =>
        /^(Missing|Privilege)/.test(reason ?? "") && object?.kind === kind && object?.name === name,
    );
  return findings.filter(({ reason, message, object: ref }) => {
    if (reason !== "NotFound" || ref === undefined) return true;
    const binding = objects.find(({ kind, metadata }) => kind === ref.kind && metadata.name === ref.name);
    const { kind, name } = (isMapping(binding?.roleRef) ? binding.roleRef : {}) as { kind?: unknown; name?: unknown };
    return !isRefused(kind, name) || !message.endsWith(`"${name}" not found`);
  });
}

interface GrantedRule {
  apiGroups: string[];
  resources: string[];
  resourceNames: string[];
  nonResourceURLs: string[];
  verbs: string[];
}

function escalationFindings(user: string, text: string, object: KubeObject | undefined): StatusFinding[] {
  const rules = [...text.matchAll(/^\{(.*?)\}/gm)].map(([, rule = ""]) => parseRule(rule));
  const findings = rules.map((rule) => {
    const field = fieldOf(rule, object);
    return {
      reason: "PrivilegeEscalation",
      message: `the user "${user}" may not grant what the user does not have: ${describe(rule)}`,
      ...(field === undefined ? {} : { field }),
      hint: `an administrator has to create the ${object?.kind ?? "object"}, or to give the deployer the same rights`,
    };
  });
  // The API server lists the rules in varying order.
  return findings.toSorted((one, other) => textOf(one).localeCompare(textOf(other), "en", { numeric: true }));
}

function textOf({ field = "", message }: StatusFinding): string {
  return `${field} ${message}`;
}

function parseRule(text: string): GrantedRule {
  const listOf = (name: string) => {
    const list = new RegExp(`\\b${name}:\\[([^\\]]*)\\]`).exec(text)?.[1] ?? "";
    return [...list.matchAll(/"([^"]*)"/g)].map(([, word = ""]) => word);
  };
  return {
    apiGroups: listOf("APIGroups"),
    resources: listOf("Resources"),
    resourceNames: listOf("ResourceNames"),
    nonResourceURLs: listOf("NonResourceURLs"),
    verbs: listOf("Verbs"),
  };
}

function describe({ apiGroups, resources, resourceNames, nonResourceURLs, verbs }: GrantedRule): string {
  const group = apiGroups.join(", ");
  const names = resourceNames.length === 0 ? "" : ` named ${joinWords(resourceNames)}`;
  const what =
    nonResourceURLs.length > 0 ? nonResourceURLs : resources.map((each) => (group === "" ? each : `${each}.${group}`));
  return `${joinWords(verbs)} ${joinWords(what)}${names}`;
}

// The API server names the parts of the rules that are missing; a binding refers to the rules of another object.
function fieldOf(missing: GrantedRule, object: KubeObject | undefined): string | undefined {
  const rules = Array.isArray(object?.rules) ? (object.rules as unknown[]) : [];
  const index = rules.findIndex((rule) => {
    if (!isMapping(rule)) return false;
    const covers = (own: unknown, wanted: readonly string[]) =>
      wanted.every((word) => Array.isArray(own) && (own.includes(word) || own.includes("*")));
    const { apiGroups, resources, nonResourceURLs, verbs } = rule;
    const isSame =
      missing.nonResourceURLs.length > 0
        ? covers(nonResourceURLs, missing.nonResourceURLs)
        : covers(apiGroups, missing.apiGroups) && covers(resources, missing.resources);
    return isSame && covers(verbs, missing.verbs);
  });
  if (index !== -1) return `rules[${index}]`;
  return object?.roleRef === undefined ? undefined : "roleRef";
}
