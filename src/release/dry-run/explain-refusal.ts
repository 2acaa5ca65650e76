import type { StatusFinding } from "../../findings/status-finding.ts";
import type { KubeObject } from "../../kube/object-ref.ts";
import { isMapping } from "../../util/is-mapping.ts";

// The API server's limit for the data of a ConfigMap or a Secret (MaxSecretSize in k8s.io/api/core/v1).
const MAX_DATA_BYTES = 1_048_576;

// k8s.io/apimachinery, pkg/api/resource/quantity.go
const quantity = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+|[numkMGTPE]|[KMGTPE]i)?$/;
const quantityMaps = /^(limits|requests|hard|capacity|overhead|max|min|default|defaultRequest|maxLimitRequestRatio)$/;
const quantityFields = /^(sizeLimit|averageValue|divisor)$/;

/** The findings with field and value where the API server names neither: one for each place in the object that is wrong. */
export function explainRefusal(findings: readonly StatusFinding[], object: KubeObject): StatusFinding[] {
  return findings.flatMap((finding) => {
    const { message } = finding;
    if (message.includes("quantities must match the regular expression")) return orSame(finding, badQuantities(object));
    if (message.includes("illegal base64 data")) return orSame(finding, badBase64(object));
    if (message.startsWith("Too long: may not be more than 1048576 bytes")) return orSame(finding, largeData(object));
    if (message.endsWith(" not found") && object.kind.endsWith("RoleBinding"))
      return orSame(finding, missingRole(message, object));
    if (message.includes("`selector` does not match template `labels`")) return orSame(finding, mismatch(object));
    return [finding];
  });
}

function orSame(finding: StatusFinding, found: StatusFinding[]): StatusFinding[] {
  return found.length === 0 ? [finding] : found.map((more) => ({ reason: "Invalid", ...more }));
}

// For a user who may not bind every role, RBAC looks at the rules of the role, and quotes its name as if it were the binding's.
function missingRole(message: string, { roleRef }: KubeObject): StatusFinding[] {
  const { kind, name } = mapping(roleRef);
  if (!message.endsWith(` "${name}" not found`)) return [];
  const hint = "create the role in the chart, or pass it: check --given <file>";
  return [{ reason: "NotFound", message: `${kind} "${name}" not found`, field: "roleRef.name", hint }];
}

function badQuantities(object: KubeObject): StatusFinding[] {
  return texts(object, "").flatMap(({ path, keys, value }) => {
    const [parent = "", own = ""] = keys.slice(-2);
    const isQuantity = quantityMaps.test(parent) || quantityFields.test(own);
    if (!isQuantity || quantity.test(value)) return [];
    const message = `Invalid value: ${JSON.stringify(value)}: it is not a quantity such as 500m, 0.5 or 1Gi`;
    return [{ message, field: path }];
  });
}

interface Text {
  path: string;
  keys: string[];
  value: string;
}

function texts(value: unknown, path: string, keys: string[] = []): Text[] {
  if (typeof value === "string") return [{ path, keys, value }];
  if (Array.isArray(value)) return value.flatMap((item, index) => texts(item, `${path}[${index}]`, keys));
  if (!isMapping(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => {
    const next = /^[\w-]+$/.test(key) ? `${path === "" ? "" : `${path}.`}${key}` : `${path}[${key}]`;
    return texts(item, next, [...keys, key]);
  });
}

// The value of a Secret is not shown.
function badBase64(object: KubeObject): StatusFinding[] {
  const field = object.kind === "Secret" ? "data" : "binaryData";
  const isSecret = object.kind === "Secret";
  return Object.entries(mapping(object[field])).flatMap(([key, value]) => {
    const text = String(value).replace(/[\r\n]/g, "");
    if (/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)) return [];
    const hint = isSecret ? "encode it with b64enc, or move it to stringData" : "encode it with b64enc";
    return [{ message: `the value of the key "${key}" is not base64`, field: `${field}.${key}`, hint }];
  });
}

function largeData(object: KubeObject): StatusFinding[] {
  const { data, binaryData, stringData } = object as Record<string, unknown>;
  const isSecret = object.kind === "Secret";
  const sizes = [
    ...Object.entries(mapping(data)).map(([key, value]) => ({ key, size: sizeOf(value, isSecret) })),
    ...Object.entries(mapping(binaryData)).map(([key, value]) => ({ key, size: sizeOf(value, true) })),
    ...Object.entries(mapping(stringData)).map(([key, value]) => ({ key, size: sizeOf(value, false) })),
  ].sort((one, other) => other.size - one.size);
  const total = sizes.reduce((sum, { size }) => sum + size, 0);
  const [largest] = sizes;
  if (largest === undefined) return [];
  const message =
    `the data has ${total} bytes, and a ${object.kind} can have at most ${MAX_DATA_BYTES}: ` +
    `the largest key is "${largest.key}" with ${largest.size} bytes`;
  const hint = `split it into several ${object.kind}s, or bring the file in an image or a volume`;
  return [{ message, field: `data.${largest.key}`, hint }];
}

function sizeOf(value: unknown, isBase64: boolean): number {
  return Buffer.byteLength(String(value), isBase64 ? "base64" : "utf8");
}

function mismatch(object: KubeObject): StatusFinding[] {
  const { selector, template } = mapping(object.spec);
  const wanted = Object.entries(mapping(mapping(selector).matchLabels));
  const labels = mapping(mapping(mapping(template).metadata).labels);
  const missing = wanted.filter(([key, value]) => labels[key] !== value);
  if (missing.length === 0) return [];
  const differences = missing.map(([key, value]) => {
    const given = labels[key];
    return given === undefined ? `${key}=${value}, which is missing` : `${key}=${value}, but it is ${String(given)}`;
  });
  const message = `the labels do not match spec.selector, which requires ${differences.join("; and ")}`;
  const hint = "give the selector and the template's labels the same values, for example from one helper template";
  return [{ message, field: "spec.template.metadata.labels", hint }];
}

function mapping(value: unknown): Record<string, unknown> {
  return isMapping(value) ? value : {};
}
