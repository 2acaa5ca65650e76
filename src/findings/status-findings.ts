import type { KubeObject } from "../kube/object-ref.ts";
import type { KubeStatus } from "../kube/status.ts";
import { forbiddenFindings } from "./forbidden.ts";
import type { StatusFinding } from "./status-finding.ts";
import { statusHint } from "./status-hints.ts";

/**
 * One entry for each fault: the Status' causes when it lists them, the fields of a strict decoding error or of a schema
 * error of server-side apply, else the message as a whole. `object` is what the request was about.
 */
export function statusFindings(status: KubeStatus, object?: KubeObject): StatusFinding[] {
  const reason = status.reason;
  const forbidden = forbiddenFindings(status, object);
  if (forbidden !== undefined) return forbidden;
  // The API server lists them in varying order.
  const causes = (status.details?.causes ?? []).toSorted((one, other) => compareFields(one.field, other.field));
  if (causes.length > 0) {
    return causes.map((cause) =>
      withDefined({ message: cause.message ?? status.message ?? "", reason, field: cause.field }),
    );
  }
  const message = status.message ?? reason ?? "the API server gave no reason";
  return schemaErrors(message) ?? [withDefined({ message, reason })];
}

// These errors list all fields in one text and have no causes.
function schemaErrors(message: string): StatusFinding[] | undefined {
  const strict = message.match(/strict decoding error: (.*)$/s)?.[1];
  if (strict !== undefined) {
    const parts = [...strict.matchAll(/(unknown|duplicate) field "([^"]+)"/g)];
    if (parts.length > 0) {
      return parts.map(([text, , field = ""]) => ({ message: text, reason: "BadRequest", field }));
    }
  }
  const converted = message.match(
    /^failed to convert new object .*?unable to convert unstructured object to [^:]*: (.*)$/s,
  )?.[1];
  if (converted !== undefined) return [{ message: converted, reason: "Invalid" }];
  const typed = message.match(/failed to create typed (?:patch|live) object \([^)]*\): (.*)$/s)?.[1];
  if (typed === undefined) return undefined;
  const body = typed.replace(/^errors:\s*/, "");
  const starts = [...body.matchAll(/(?:^|\n\s*)(\.[^\s:]+(?:\[[^\]]*\][^\s:]*)*): /g)];
  if (starts.length === 0) return [{ message: body, reason: "Invalid" }];
  return starts.map((start, index) => {
    const end = starts[index + 1]?.index ?? body.length;
    const text = body.slice(start.index + start[0].length, end).trim();
    return { message: readable(text), reason: "Invalid", field: (start[1] ?? "").replace(/^\./, "") };
  });
}

function compareFields(one = "", other = ""): number {
  return one.localeCompare(other, "en", { numeric: true });
}

// Go prints "got 1" as "got &value.valueUnstructured{Value:1}" or "got &{1}".
function readable(text: string): string {
  return text.replace(/&(?:value\.valueUnstructured\{Value:|\{)(.*)\}/, "$1");
}

function withDefined(finding: {
  message: string;
  reason: string | undefined;
  field?: string | undefined;
}): StatusFinding {
  const result: StatusFinding = { message: finding.message };
  if (finding.reason !== undefined) result.reason = finding.reason;
  // The API server writes <nil> for a cause that is not about a single field.
  if (finding.field !== undefined && finding.field !== "" && finding.field !== "<nil>") result.field = finding.field;
  const hint = statusHint(finding.message, finding.field);
  if (hint !== undefined) result.hint = hint;
  return result;
}
