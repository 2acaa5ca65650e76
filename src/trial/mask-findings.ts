import type { KubeObject } from "../kube/object-ref.ts";
import type { Finding } from "../release/finding.ts";

// Shorter texts ("true", "8080") are no secrets and occur in every other message.
const minSecretLength = 6;
const mask = "***";

/** Takes the data of a chart's Secrets out of texts: a report is read by more people than may read the Secrets. */
export type Masker = (findings: readonly Finding[]) => Finding[];

/** A masker for the Secrets among these objects. A line of a longer text counts as well: messages quote lines. */
export function makeMasker(documents: readonly KubeObject[]): Masker {
  const secrets = documents.filter((object) => object.kind === "Secret").flatMap(secretTexts);
  const texts = [...new Set(secrets)].sort((one, other) => other.length - one.length);
  const hide = (text: string) => texts.reduce((masked, secret) => masked.replaceAll(secret, mask), text);
  return (findings) =>
    findings.map((finding) => {
      const masked: Finding = { ...finding, message: hide(maskInvalidValue(finding)) };
      if (finding.hint !== undefined) masked.hint = hide(finding.hint);
      return masked;
    });
}

// The API server quotes what it refuses.
function maskInvalidValue({ object, message }: Finding): string {
  if (object?.kind !== "Secret") return message;
  return message.replace(/(Invalid value: )("(?:[^"\\]|\\.)*"|\S+)/g, `$1${mask}`);
}

function secretTexts(secret: KubeObject): string[] {
  const data = Object.values(asRecord(secret.data)).filter((value) => typeof value === "string");
  const plain = Object.values(asRecord(secret.stringData)).filter((value) => typeof value === "string");
  const decoded = data.map((value) => Buffer.from(value, "base64").toString("utf8"));
  const encoded = plain.map((value) => Buffer.from(value, "utf8").toString("base64"));
  const whole = [...data, ...plain, ...decoded, ...encoded];
  const lines = [...plain, ...decoded].flatMap((text) => text.split("\n")).map((line) => line.trim());
  return [...whole, ...lines].filter((text) => text.length >= minSecretLength);
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
