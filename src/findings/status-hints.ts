import { webhookHint } from "./webhook-hint.ts";

// The API server drops such a null from created objects, and not from applied objects
// (apiextensions-apiserver, pkg/apiserver/schema/defaulting/prunenulls.go).
const NULL_KEPT = "leave out the field: server-side apply, which Helm 4 uses, does not drop a null";

/** What to do about one cause of a Status; `undefined` when the cause says it, or nothing is known. */
export function statusHint(message: string, field: string | undefined): string | undefined {
  if (/ must be of type \w+: "null"$/.test(message)) return NULL_KEPT;
  const port = /^Invalid value: "(\d+)": must contain at least one letter/.exec(message)?.[1];
  if (port !== undefined) {
    return `a text is the name of a port: write the number ${port} without quotes, in a template {{ … | int }}`;
  }
  if (/may not be specified when (strategy )?`?type`? is/.test(message) && field?.endsWith("rollingUpdate") === true) {
    return "set rollingUpdate to null in the values: Helm merges them with the chart's defaults";
  }
  return webhookHint(message);
}
