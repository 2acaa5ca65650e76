import { describe, expect, it } from "vitest";
import { cronJob, danglingIn, manifestOf, object, workload } from "../../helpers/dangling-in.ts";

describe("a PriorityClass of the system", () => {
  const pod = (priorityClassName: string) => ({ pod: { priorityClassName } });

  it("is wrong if Kubernetes does not have it, because nobody else may create one", () => {
    for (const make of [workload, cronJob]) {
      expect(danglingIn(manifestOf(make("pier", pod("system-cluster-critcal"))))).toEqual([
        expect.objectContaining({
          severity: "error",
          step: "dry-run",
          reason: "NoSuchClass",
          field: expect.stringMatching(/template\.spec\.priorityClassName$/),
          message:
            'PriorityClass "system-cluster-critcal" does not exist: only Kubernetes has classes that begin with "system-"',
          hint: 'did you mean "system-cluster-critical"?',
        }),
      ]);
    }
    expect(danglingIn(manifestOf(workload("pier", pod("system-important"))))).toMatchObject([
      { severity: "error", hint: "use system-cluster-critical or system-node-critical" },
    ]);
  });

  it.each(["system-cluster-critical", "system-node-critical"])("exists in every cluster: %s", (name) => {
    expect(danglingIn(manifestOf(workload("pier", pod(name))))).toEqual([]);
  });

  it("is another matter than the class of a cluster", () => {
    expect(danglingIn(manifestOf(workload("pier", pod("high"))))).toEqual([]);
    const own = object("scheduling.k8s.io/v1", "PriorityClass", "pier-high", { value: 1 });
    expect(danglingIn(manifestOf(own, workload("pier", pod("pier-hihg"))))).toMatchObject([
      { severity: "error", hint: 'did you mean "pier-high"?' },
    ]);
  });
});
