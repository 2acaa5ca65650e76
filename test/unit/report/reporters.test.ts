import { describe, expect, it, onTestFinished, vi } from "vitest";
import { LiveRegion } from "../../../src/report/live-region.ts";
import { makeLiveReporter } from "../../../src/report/live-reporter.ts";
import { makePlainReporter } from "../../../src/report/plain-reporter.ts";
import { makeStyle } from "../../../src/report/style.ts";
import { trialLine } from "../../../src/report/trial-line.ts";
import { mixed, trial } from "../../helpers/sample-suite.ts";

const plain = makeStyle(false);

const csi = "\u001b\\[";
const sequences = new RegExp(`${csi}(\\d+)A|${csi}0([KJ])|${csi}\\?25([hl])|.`, "gs");

/** What a terminal of this width shows after all that was written, as lines. Knows the sequences that LiveRegion uses. */
function makeScreen(columns: number) {
  const rows: string[] = [""];
  let row = 0;
  let isCursorShown = true;
  const write = (text: string) => {
    for (const [token, up, erase, cursor] of text.matchAll(sequences)) {
      if (up !== undefined) row -= Number(up);
      else if (erase === "K") rows[row] = written;
      else if (erase === "J") rows.length = row + 1;
      else if (cursor !== undefined) isCursorShown = cursor === "h";
      else if (token === "\n") newLine();
      else if (token === "\r") written = "";
      else written += token;
    }
    rows[row] = written;
  };
  let written = "";
  const newLine = () => {
    rows[row] = written;
    written = "";
    row += 1;
    rows[row] ??= "";
  };
  return { output: { columns, write }, lines: () => rows.slice(0, -1), isCursorShown: () => isCursorShown };
}

describe("LiveRegion", () => {
  it("replaces its lines, keeps printed ones above and leaves nothing when cleared", () => {
    const screen = makeScreen(80);
    const region = new LiveRegion(screen.output);
    region.draw(["a", "b"]);
    region.draw(["c"]);
    expect(screen.lines()).toEqual(["c"]);
    expect(screen.isCursorShown()).toBe(false);
    region.print(["done"]);
    region.draw(["d", "e"]);
    expect(screen.lines()).toEqual(["done", "d", "e"]);
    region.clear();
    expect(screen.lines()).toEqual(["done"]);
    expect(screen.isCursorShown()).toBe(true);
  });

  it("cuts lines that the terminal would wrap", () => {
    const screen = makeScreen(40);
    new LiveRegion(screen.output).draw(["x".repeat(100)]);
    expect(screen.lines().map((line) => line.length)).toEqual([39]);
  });
});

describe("makeLiveReporter", () => {
  it("shows the trials in progress, keeps the ended ones and restores the terminal when closed twice", () => {
    const screen = makeScreen(100);
    const reporter = makeLiveReporter(screen.output, plain);
    reporter.booting("apiserver");
    reporter.started(4);
    reporter.stepping("web/default", "dry-run");
    for (const trial of mixed.trials.slice(0, 2)) reporter.ended(trial);
    expect(screen.lines().slice(0, 2)).toEqual([
      "passed  web/default 74 ms  1 warning",
      "failed  web/ci/public-values.yaml 74 ms  dry-run: 1 error",
    ]);
    expect(screen.lines().at(-1)).toMatch(/^2\/4 cases · 1 failed · \d+ ms$/);
    reporter.close();
    reporter.close();
    expect(screen.lines()).toHaveLength(2);
    expect(screen.isCursorShown()).toBe(true);
  });
});

describe("makeLiveReporter of a build", () => {
  it("shows the percentage, the time and an estimate in one line", () => {
    vi.useFakeTimers({ toFake: ["setInterval", "performance"] });
    onTestFinished(() => void vi.useRealTimers());
    const screen = makeScreen(100);
    const reporter = makeLiveReporter(screen.output, plain);
    onTestFinished(() => reporter.close());
    const busy = { step: "compile", done: 300, total: 1200, fraction: 0.209, elapsedMs: 1000 };
    reporter.building({ ...busy, remainingMs: 20_000 });
    reporter.note("a");
    expect(screen.lines().at(-1)).toMatch(
      /^\S Building the engine: compile 20 % \(300 of 1200 packages\), \d+ ms, less than 1 min left$/,
    );
    reporter.booting("etcd");
    reporter.note("b");
    expect(screen.lines().at(-1)).toMatch(/^\S Starting the control plane: etcd, \d+ ms$/);
  });
});

describe("makeLiveReporter with a trial that waits", () => {
  it("says that it waits, and does not count the wait as the time of its step", () => {
    vi.useFakeTimers({ toFake: ["setInterval", "performance"] });
    onTestFinished(() => void vi.useRealTimers());
    const screen = makeScreen(100);
    const reporter = makeLiveReporter(screen.output, plain);
    onTestFinished(() => reporter.close());
    reporter.started(1);
    reporter.stepping("web/default", "dry-run");
    vi.advanceTimersByTime(2000);
    reporter.waiting("web/default", true);
    vi.advanceTimersByTime(30_000);
    reporter.note("a");
    expect(screen.lines().at(-2)).toMatch(/ web\/default {2}dry-run {2}waits for other cases {2}30 s$/);
    reporter.waiting("web/default", false);
    vi.advanceTimersByTime(1000);
    reporter.note("b");
    expect(screen.lines().at(-2)).toMatch(/ web\/default {2}dry-run {2}3\.0 s$/);
  });
});

describe("trialLine", () => {
  it("shows the wait for other cases apart from the time of the steps", () => {
    const line = (waitedMs: number) => trialLine(trial("web/default", [], { waitedMs }), plain);
    expect(line(99)).toBe("passed  web/default 74 ms");
    expect(line(65_000)).toBe("passed  web/default 74 ms + 1 min 5 s waiting for other cases");
  });
});

describe("makePlainReporter", () => {
  it("writes one line for each trial that was started, and an occasional one for a build", () => {
    const lines: string[] = [];
    const reporter = makePlainReporter({ write: (text) => lines.push(text) }, plain);
    reporter.building({ step: "download", done: 0, elapsedMs: 20 });
    reporter.building({ step: "download", done: 87, elapsedMs: 15_100 });
    reporter.building({ step: "compile", done: 0, total: 1200, fraction: 0, elapsedMs: 15_500 });
    reporter.building({ step: "compile", done: 40, total: 1200, fraction: 0.03, elapsedMs: 16_500 });
    const busy = { step: "compile", done: 300, total: 1200, fraction: 0.209, remainingMs: 400_000 };
    reporter.building({ ...busy, elapsedMs: 31_000, current: "k8s.io/api" });
    reporter.building({ step: "link", done: 1200, total: 1200, elapsedMs: 125_000 });
    for (const trial of mixed.trials) reporter.ended(trial);
    expect(lines.join("")).toMatchInlineSnapshot(`
      "Building the engine: download, 20 ms
      Building the engine: download 87 modules, 15 s
      Building the engine: compile 0 % (0 of 1200 packages), 16 s
      Building the engine: compile 20 % (300 of 1200 packages), 31 s, about 7 min left
      Building the engine: link, 2 min 5 s
      passed  web/default 74 ms  1 warning
      failed  web/ci/public-values.yaml 74 ms  dry-run: 1 error
      errored store/default 74 ms  install: The engine has ended: killed by SIGKILL
      "
    `);
  });
});
