import type { JsonObject, JsonValue } from "../../errors/seatrial-error.ts";
import { isMapping } from "../is-mapping.ts";

const lastApplied = "kubectl.kubernetes.io/last-applied-configuration";

// What is random in a Secret is shown as such.
const maskedText = /^(?:\*\*\*(?: \(\d+ characters\))?|\(random\))$/;

/**
 * A copy in which the data of every Secret, also inside Lists, reads `*** (12 characters)`. The keys stay. Other objects and
 * masked data are returned as they are.
 */
export function maskSecrets<Value extends JsonValue>(value: Value): Value {
  if (Array.isArray(value)) return value.map(maskSecrets) as Value;
  if (typeof value !== "object" || value === null) return value;
  const object = value as JsonObject;
  if (object.kind === "Secret") return maskSecret(object) as Value;
  if (object.kind === "SecretList" && Array.isArray(object.items)) {
    // The items of such a list need no kind of their own.
    const items = object.items.map((item) => (isMapping(item) ? maskSecret(item) : item));
    return { ...object, items } as unknown as Value;
  }
  if (Array.isArray(object.items)) return { ...object, items: object.items.map(maskSecrets) } as unknown as Value;
  return value;
}

function maskSecret(secret: JsonObject): JsonObject {
  const masked: JsonObject = { ...secret };
  for (const key of ["data", "stringData"]) {
    const entries = secret[key];
    if (typeof entries !== "object" || entries === null || Array.isArray(entries)) continue;
    masked[key] = Object.fromEntries(Object.entries(entries).map(([name, data]) => [name, maskText(data)]));
  }
  const metadata = secret.metadata;
  if (typeof metadata === "object" && metadata !== null && !Array.isArray(metadata)) {
    const annotations = metadata.annotations;
    if (typeof annotations === "object" && annotations !== null && lastApplied in annotations) {
      masked.metadata = { ...metadata, annotations: { ...annotations, [lastApplied]: "***" } };
    }
  }
  return masked;
}

/** Whether a text is the mask of a Secret's data. */
export function isMasked(text: unknown): boolean {
  return typeof text === "string" && maskedText.test(text);
}

function maskText(data: JsonValue): string {
  if (typeof data === "string" && isMasked(data)) return data;
  return typeof data === "string" ? `*** (${data.length} characters)` : "***";
}
