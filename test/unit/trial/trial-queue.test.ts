import { describe, expect, it } from "vitest";
import type { TrialPlan } from "../../../src/trial/plan-trials.ts";
import { TrialQueue } from "../../../src/trial/trial-queue.ts";

function plansOf(...ids: string[]): TrialPlan[] {
  return ids.map((id) => ({
    id,
    chart: { name: id.slice(0, 1), version: "1.0.0", path: id.slice(0, 1) },
    case: { name: id, values: [] },
    chartPath: `/charts/${id.slice(0, 1)}`,
    values: [],
    isLibrary: false,
    isCi: false,
    isOptional: false,
    notes: [],
  }));
}

const all = plansOf("a1", "a2", "a3", "b1", "c1", "c2");

describe("a queue of trials", () => {
  it("gives a worker the cases of its chart one after another, and then a chart that nobody has begun", () => {
    const queue = new TrialQueue(all, { divides: true });
    expect(queue.take()?.id).toBe("a1");
    expect(queue.take()?.id).toBe("b1");
    expect(queue.take("/charts/a")?.id).toBe("a2");
    expect(queue.take("/charts/b")?.id).toBe("c1");
    expect(queue.take("/charts/a")?.id).toBe("a3");
  });

  it("gives a worker without a chart the next case of the chart that has most of them left", () => {
    const queue = new TrialQueue(all, { divides: true });
    for (const id of ["a1", "b1", "c1"]) expect(queue.take()?.id).toBe(id);
    expect(queue.take("/charts/b")?.id).toBe("a2");
    expect(queue.take("/charts/b")?.id).toBe("a3");
    expect(queue.take("/charts/b")?.id).toBe("c2");
    expect(queue.take("/charts/b")).toBeUndefined();
    expect(queue.take("/charts/a")).toBeUndefined();
  });

  it("leaves the cases of a chart to one worker when it does not divide charts", () => {
    const queue = new TrialQueue(all, { divides: false });
    for (const id of ["a1", "b1", "c1"]) expect(queue.take()?.id).toBe(id);
    expect(queue.take("/charts/b")).toBeUndefined();
    expect(queue.take("/charts/c")?.id).toBe("c2");
  });

  it("has room for a worker a case when it divides charts, and for a worker a chart when it does not", () => {
    expect(new TrialQueue(all, { divides: true }).width).toBe(6);
    expect(new TrialQueue(all, { divides: false }).width).toBe(3);
  });
});
