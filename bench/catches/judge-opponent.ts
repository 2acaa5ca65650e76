import { lastKey } from "./field-match.ts";
import type { SeededChart } from "./seeded-chart.ts";
import type { Outcome } from "./verdict.ts";

/**
 * Judges the complaints of a tool that prints texts, in its favour: what it says only about the chart with the fault is about the
 * fault, and a text names what it contains.
 */
export function judgeComplaints(
  chart: SeededChart,
  complaints: readonly string[],
  baseComplaints: readonly string[],
): Outcome {
  const known = new Set(baseComplaints);
  const said = complaints.filter((complaint) => !known.has(complaint));
  if (chart.answer === "nothing") return { verdict: said.length === 0 ? "quiet" : "alarm", said };
  if (said.length === 0) return { verdict: "missed", said };
  const named = said.filter((complaint) => namesObject(complaint, chart));
  const { field } = chart.place;
  const key = field === undefined ? undefined : lastKey(field);
  if (named.some((complaint) => key === undefined || hasWord(complaint, key))) return { verdict: "field", said };
  return { verdict: named.length > 0 ? "object" : "vague", said };
}

function namesObject(complaint: string, { place, names }: SeededChart): boolean {
  const { kind, file } = place;
  if (kind === undefined) return complaint.includes(file);
  return hasWord(complaint.toLowerCase(), kind.toLowerCase()) && names.some((name) => hasWord(complaint, name));
}

function hasWord(text: string, word: string): boolean {
  const escaped = word.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`(?<![\\w-])${escaped}(?![\\w-])`).test(text);
}
