import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { SimulationRule } from "../../../src/simulation/rule.ts";
import { toNodeRule } from "../../../src/simulation/simulate-node.ts";
import { toWireRule } from "../../../src/simulation/wire-rule.ts";

function fixture(name: string): { request: { rules: unknown[] } } {
  const path = new URL(`../../../fixtures/simulation/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(path, "utf8"));
}

describe("toWireRule", () => {
  it("makes the rules that the engine reads", () => {
    const rules: SimulationRule[] = [
      { job: "migrate", exitCode: 1, afterMs: 50 },
      { deployment: "web", container: "app", crashLoop: { backoffMs: 100, maxBackoffMs: 1000 } },
      { image: "registry.example.com/*", imagePullError: "manifest unknown" },
      { labels: { "app.kubernetes.io/name": "web" }, readyAfterMs: 250, stopAfterMs: 500 },
      { kind: "StatefulSet", neverReady: true },
      { pod: "web-test", oomKilled: true, logs: "out of memory\n" },
      { deployment: "api", evict: 2 },
    ];
    expect(rules.map((rule) => toWireRule("simulate", rule))).toEqual(fixture("apply").request.rules);
    expect([toNodeRule("node-2")]).toEqual(fixture("apply-while-connected").request.rules);
  });

  it("defaults to a reason for an image that cannot be pulled, a kubelet's pauses for a crash loop, and one evicted Pod", () => {
    expect(toWireRule("simulate", { imagePullError: true }).effect).toEqual({ imagePullError: "not found" });
    expect(toWireRule("simulate", { crashLoop: true }).effect).toEqual({ crashLoop: {} });
    expect(toWireRule("simulate", { evict: true }).effect).toEqual({ evict: 1 });
  });

  it.each([
    [{ exitCode: 256 }, 'simulate: option "exitCode" must be a whole number between 0 and 255, got 256 (number)'],
    [{ readyAfterMs: -1 }, 'simulate: option "readyAfterMs" must be a whole number of milliseconds, got -1 (number)'],
    [{ evict: 0 }, 'simulate: option "evict" must be a boolean or a whole number of Pods, at least 1, got 0 (number)'],
    [{ exitcode: 1 }, 'simulate: unknown option "exitcode"\nHint: did you mean "exitCode"?'],
    [{ crashLoop: { backofMs: 1 } }, 'simulate: crashLoop: unknown option "backofMs"\nHint: did you mean "backoffMs"?'],
    [
      { job: "a", deployment: "b", exitCode: 1 },
      "simulate: a rule names one object, got job and deployment\nHint: give a rule for each",
    ],
    [
      { job: "a", name: "b", exitCode: 1 },
      "simulate: a rule names one object, got job and name\nHint: give a rule for each",
    ],
    [
      { job: "a", crashLoop: false },
      'simulate: the rule {"job":"a","crashLoop":false} (object) changes nothing\n' +
        "Hint: say what happens, such as exitCode: 1 or neverReady: true",
    ],
    ["a", 'simulate: a rule must be an object, got "a" (string)'],
  ])("rejects %j", (rule, message) => {
    expect(() => toWireRule("simulate", rule as SimulationRule)).toThrow(
      expect.objectContaining({ code: "SEATRIAL_USAGE", message }) as Error,
    );
  });
});
