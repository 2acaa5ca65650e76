import type { ChartObject } from "../../findings/chart-objects.ts";
import type { Finding } from "../../findings/finding.ts";
import { objectFinding } from "../../findings/object-finding.ts";

// Of each month, in a leap year.
const lengths = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/** A warning of a CronJob whose schedule names only days that no month has. The API server accepts it, and never runs it. */
export function scheduleWarnings(item: ChartObject): Finding[] {
  const { object, problem } = item;
  if (problem !== undefined || object.kind !== "CronJob") return [];
  const { schedule } = (object.spec ?? {}) as { schedule?: unknown };
  const fields = typeof schedule === "string" ? schedule.trim().split(/\s+/) : [];
  const [, , day = "", month = "", weekday = ""] = fields;
  // With both given, a CronJob runs on either of them.
  if (fields.length !== 5 || !isAny(weekday)) return [];
  const days = numbersOf(day, 31);
  const isPossible = numbersOf(month, 12).some((each) => days.some((date) => date <= (lengths[each - 1] ?? 31)));
  if (isPossible || days.length === 0) return [];
  return [
    objectFinding(item, {
      severity: "warning",
      message: `the schedule "${String(schedule)}" never comes: no month that it names has such a day`,
      field: "spec.schedule",
      reason: "NeverScheduled",
      hint: "name a day that the month has: the fields are minute, hour, day of the month, month and day of the week",
    }),
  ];
}

function isAny(field: string): boolean {
  return field === "*" || field === "?";
}

// The numbers from 1 that a field names: `1,5-9/2`, `*/3` or `feb`.
function numbersOf(field: string, max: number): number[] {
  return field.split(",").flatMap((part) => {
    const [range = "", step = "1"] = part.split("/");
    const [from = "", to] = isAny(range) ? ["1", String(max)] : range.split("-");
    const first = numberOf(from);
    const last = to === undefined ? (part.includes("/") ? max : first) : numberOf(to);
    const all = Array.from({ length: Math.max(0, last - first + 1) || 0 }, (_, index) => first + index);
    return all.filter((_, index) => index % Number(step) === 0);
  });
}

function numberOf(text: string): number {
  const month = months.indexOf(text.toLowerCase());
  return month === -1 ? Number(text) : month + 1;
}
