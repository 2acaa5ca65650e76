import { expect, it } from "vitest";
import { parseManifest } from "../../../../src/chart/manifest.ts";
import { scheduleWarnings } from "../../../../src/release/dry-run/schedule-warnings.ts";

function warningsOf(schedule: string) {
  const text = JSON.stringify({ apiVersion: "batch/v1", kind: "CronJob", metadata: { name: "a" }, spec: { schedule } });
  return parseManifest(text, "a.yaml").flatMap((document) => scheduleWarnings({ ...document, role: "manifest" }));
}

it.each(["0 0 31 2 *", "0 0 30 FEB ?", "0 0 31 4,6,9-11/2 *", "0 0 30-31 2 *"])("finds that %s never comes", (text) => {
  expect(warningsOf(text)).toMatchObject([
    { severity: "warning", reason: "NeverScheduled", field: "spec.schedule", message: expect.stringContaining(text) },
  ]);
});

it.each([
  "0 0 29 2 *",
  "0 0 31 */2 *",
  "0 0 31 4,5 *",
  "0 0 31 2 1",
  "*/5 * * * *",
  "0 0 1/10 2 *",
  "0 0 31 * *",
  "@daily",
  "not a schedule",
  "CRON_TZ=UTC 0 0 31 2 *",
])("finds nothing in %s", (text) => {
  expect(warningsOf(text)).toEqual([]);
});
