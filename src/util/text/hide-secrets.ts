import type { JsonObject, JsonValue } from "../../errors/seatrial-error.ts";
import { isMasked } from "./mask-secrets.ts";

// Shorter texts ("true", "8080") are not secret and occur in many messages.
const minSecretLength = 6;
const mask = "***";

/** Replaces secret texts in a text. */
export type Hide = (text: string) => string;

/**
 * A function that hides the data of these Secrets: plain, as base64, and each line of it, because messages quote lines. Values
 * of fewer than 6 characters, and public texts, stay.
 */
export function makeHide(secrets: readonly object[], isPublic: (text: string) => boolean = () => false): Hide {
  const hidden = secrets.flatMap(secretTexts).filter((text) => !isPublic(text));
  const texts = [...new Set(hidden)].sort((one, other) => other.length - one.length);
  return (text) => texts.reduce((masked, secret) => masked.replaceAll(secret, mask), text);
}

/** Hides the values that the API server quotes of a Secret that it refuses, except those of its metadata. */
export function hideQuotes(message: string, field = ""): string {
  if (field.startsWith("metadata")) return message;
  return message
    .replace(/(?<!\bmetadata\S*: )(Invalid value: )("(?:[^"\\]|\\.)*"|\S+?(?=:?(?:\s|$)))/g, `$1${mask}`)
    .replace(/(expected \w+, got ).*/g, `$1${mask}`);
}

/** A copy in which `hide` was applied to every text. */
export function hideEverywhere<Value extends JsonValue | undefined>(value: Value, hide: Hide): Value {
  if (typeof value === "string") return hide(value) as Value;
  if (Array.isArray(value)) return value.map((item) => hideEverywhere(item, hide)) as Value;
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value as JsonObject).map(([key, item]) => [key, hideEverywhere(item, hide)]);
  return Object.fromEntries(entries) as Value;
}

function secretTexts(secret: object): string[] {
  const { data, stringData } = secret as { data?: unknown; stringData?: unknown };
  const given = texts(data);
  const plain = texts(stringData);
  const decoded = given.map((value) => Buffer.from(value, "base64").toString("utf8"));
  const encoded = plain.map((value) => Buffer.from(value, "utf8").toString("base64"));
  const whole = [...given, ...plain, ...decoded, ...encoded];
  const lines = [...given, ...plain, ...decoded].flatMap((text) => text.split("\n")).map((line) => line.trim());
  return [...whole, ...lines].filter((text) => text.length >= minSecretLength);
}

// A number is a mistake there, and as secret as the text it should be.
function texts(entries: unknown): string[] {
  if (typeof entries !== "object" || entries === null) return [];
  return Object.values(entries)
    .filter((value) => (typeof value === "string" || typeof value === "number") && !isMasked(value))
    .map(String);
}
