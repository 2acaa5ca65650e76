import { ChartError } from "../errors/chart-error.ts";
import { ClusterError } from "../errors/cluster-error.ts";
import { EngineError } from "../errors/engine-error.ts";
import { type JsonObject, SeatrialError } from "../errors/seatrial-error.ts";
import { TimeoutError } from "../errors/timeout-error.ts";
import { UsageError } from "../errors/usage-error.ts";
import { HelmError } from "../helm/helm-error.ts";
import { ApiStatusError } from "../kube/status.ts";

const ownNames = new Set(
  [SeatrialError, HelmError, ApiStatusError, ChartError, ClusterError, EngineError, TimeoutError, UsageError].map(
    ({ prototype }) => prototype.name,
  ),
);

type ToJson = (this: SeatrialError, key?: string) => JsonObject;

/**
 * Makes vitest print an error of seatrial once. Its message has everything that its fields and its cause say, and vitest would
 * print each of them again. `JSON.stringify` still writes all fields.
 */
export function printErrorsOnce(): void {
  for (const { prototype } of [SeatrialError, HelmError]) {
    const toJSON = prototype.toJSON as ToJson & { isOnce?: boolean };
    if (toJSON.isOnce === true) continue;
    const once: ToJson = function (key) {
      // vitest calls it without a key, JSON.stringify with one.
      return key === undefined ? toPrinted(this) : toJSON.call(this, key);
    };
    prototype.toJSON = Object.assign(once, { isOnce: true });
  }
}

function toPrinted({ name, message, cause }: SeatrialError): JsonObject {
  const json: JsonObject = { name, message };
  // vitest adds the cause otherwise.
  if (isRepeated(cause, message)) Object.defineProperty(json, "cause", { get: () => undefined, set: () => undefined });
  return json;
}

// vitest has replaced the cause by a plain copy.
function isRepeated(cause: unknown, message: string): boolean {
  if (typeof cause !== "object" || cause === null) return false;
  const { name, message: text } = cause as Partial<Error>;
  return ownNames.has(name ?? "") || (typeof text === "string" && message.includes(text));
}
