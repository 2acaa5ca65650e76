import type { SnapshotSerializer } from "vitest";
import { maskManifest, secretsIn } from "../chart/mask-manifest.ts";
import type { JsonObject, JsonValue } from "../errors/seatrial-error.ts";
import { hideEverywhere, makeHide } from "../util/text/hide-secrets.ts";
import { isMasked, maskSecrets } from "../util/text/mask-secrets.ts";

// A symbol that is the same for two copies of this module.
const UNMASKED = Symbol.for("seatrial.unmasked");

/**
 * Shows the data of a value's Secrets in a snapshot: `expect(unmasked(secret)).toMatchSnapshot()`. Without it, the data is
 * `*** (12 characters)`. For snapshots only: other matchers see a wrapper.
 */
export function unmasked<Value>(value: Value): { readonly value: Value } {
  return { [UNMASKED]: true, value } as { readonly value: Value };
}

/** Masks the data of Secrets in snapshots of objects, rendered manifests, results and releases. */
export const secretSerializer: SnapshotSerializer = {
  test: (value: unknown) => isUnmasked(value) || mask(value) !== value,
  serialize: (value: unknown, config, indentation, depth, refs, printer) => {
    if (!isUnmasked(value)) return printer(mask(value), config, indentation, depth, refs);
    const plugins = config.plugins.filter((plugin) => plugin !== secretSerializer);
    return printer(value.value, { ...config, plugins }, indentation, depth, refs);
  },
};

function isUnmasked(value: unknown): value is { value: unknown } {
  return typeof value === "object" && value !== null && UNMASKED in value;
}

// Returns the same value when there is nothing to mask, or when it is masked already.
function mask(value: unknown): unknown {
  if (typeof value === "string") return maskManifest(value);
  if (typeof value !== "object" || value === null) return value;
  const object = value as JsonObject;
  if (isSecret(object)) return hasPlainData(object) ? maskSecrets({ ...object, kind: "Secret" }) : value;
  return typeof object.manifest === "string" ? maskRelease(object, object.manifest) : value;
}

// Notes, values and hooks may repeat the data of Secrets in the manifest.
function maskRelease(release: JsonObject, manifest: string): JsonObject {
  const secrets = [manifest, ...hookManifests(release.hooks)].flatMap(secretsIn).filter(hasPlainData);
  if (secrets.length === 0) return release;
  const hide = makeHide(secrets);
  return hideEverywhere(maskTree(release) as JsonObject, hide);
}

function maskTree(value: JsonValue): JsonValue {
  if (typeof value === "string") return maskManifest(value);
  if (Array.isArray(value)) return value.map(maskTree);
  if (typeof value !== "object" || value === null) return value;
  if (isSecret(value)) return maskSecrets(value);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, maskTree(item)]));
}

function hookManifests(hooks: unknown): string[] {
  return Array.isArray(hooks) ? hooks.map((hook: { manifest?: unknown }) => String(hook?.manifest ?? "")) : [];
}

// Objects in client-node's typed lists have a class and no kind.
function isSecret(object: object): boolean {
  return (object as JsonObject).kind === "Secret" || object.constructor?.name === "V1Secret";
}

function hasPlainData(secret: object): boolean {
  const { data, stringData } = secret as { data?: object | null; stringData?: object | null };
  return [data, stringData].some((entries) => Object.values(entries ?? {}).some((text) => !isMasked(text)));
}
