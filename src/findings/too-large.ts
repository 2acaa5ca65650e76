import { isTooLarge } from "../kube/status.ts";

/** What one request to etcd may have by default, and on nearly every cluster: 1.5 MiB (etcd's `--max-request-bytes`). */
const ETCD_REQUEST_BYTES = 1_572_864;
/** What the body of one request to the API server may have (`MaxRequestBodyBytes` of k8s.io/apiserver). */
const BODY_BYTES = 3_145_728;

/**
 * The size of an object that etcd or the API server refused because of it, the limit, and what to do; `undefined` for
 * other refusals. The size is that of the object as JSON without whitespace.
 */
export function tooLargeHint(message: string, object?: { kind: string }): string | undefined {
  if (!isTooLarge({ kind: "Status", message })) return undefined;
  const limit = message.includes("Request entity too large") ? BODY_BYTES : ETCD_REQUEST_BYTES;
  const whose = limit === BODY_BYTES ? "the API server's limit of a request" : "etcd's limit of an object";
  const size = object === undefined ? "" : `the object has ${group(Buffer.byteLength(JSON.stringify(object)))} bytes, `;
  const fix =
    object?.kind === "CustomResourceDefinition"
      ? "leave out the descriptions of its schema (controller-gen: crd:maxDescLen=0), or serve fewer versions"
      : "split it into several objects";
  return `${size}${whose} is ${group(limit)} bytes: ${fix}`;
}

function group(bytes: number): string {
  return bytes.toLocaleString("en");
}
