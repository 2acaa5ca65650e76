import { describe, expect, it } from "vitest";
import { creationProblems } from "../../../src/readiness/creation-problems.ts";

describe("creationProblems", () => {
  it.each([
    { message: 'pods "web-x" is forbidden: exceeded quota: small, requested: pods=2', isTerminal: true },
    { message: 'pods "a" is forbidden: pod rejected: Pod Overhead set without corresponding …', isTerminal: true },
    { message: 'pods "a" is forbidden: pod rejected: RuntimeClass "gvisor" not found', isTerminal: false },
    { message: 'pods "a" is forbidden: conflict: runtimeClass.scheduling.nodeSelector[a] = b; …', isTerminal: true },
    { message: "pods \"a\" is forbidden: expression 'a.b' resulted in error: no such key: b", isTerminal: true },
    {
      message: 'pods "a" is forbidden: the integer value of priority must not be provided in pod spec',
      isTerminal: true,
    },
    { message: 'pods "web-x" is forbidden: violates PodSecurity "restricted:latest": …', isTerminal: true },
    { message: 'admission webhook "a.example.com" denied the request: no', isTerminal: true },
    { message: 'pods "a" is forbidden: maximum memory usage per Container is 1Gi, but limit is 2Gi', isTerminal: true },
    { message: 'pods "a" is forbidden: minimum cpu usage per Pod is 1.  No request is specified', isTerminal: true },
    { message: 'pods "a" is forbidden: cpu max limit to request ratio per Container is 2, but …', isTerminal: true },
    { message: 'pods "a" is forbidden: failed quota: q: must specify limits.cpu for: a', isTerminal: true },
    { message: "ValidatingAdmissionPolicy 'p' with binding 'p' denied request: it has no owner", isTerminal: true },
    { message: 'pods "web-x" is forbidden: status unknown for quota: small, resources: pods', isTerminal: false },
    { message: 'pods "web-x" is forbidden: error looking up service account demo/web', isTerminal: false },
  ])("knows whether waiting is pointless after $message", ({ message, isTerminal }) => {
    const conditions = [{ type: "ReplicaFailure", status: "True", reason: "FailedCreate", message }];
    const refused = { apiVersion: "apps/v1", kind: "ReplicaSet", metadata: { name: "web-1" }, status: { conditions } };
    expect(creationProblems({ events: [] }, refused)).toMatchObject([{ message, isTerminal }]);
  });

  it("does not blame the chart for a URL of a webhook that does not answer here", () => {
    const refusedBy = (url: string) => {
      const message = `Internal error occurred: failed calling webhook "a.example.com": failed to call webhook: Post "${url}": dial tcp: no such host`;
      const conditions = [{ type: "ReplicaFailure", status: "True", reason: "FailedCreate", message }];
      const set = { apiVersion: "apps/v1", kind: "ReplicaSet", metadata: { name: "web-1" }, status: { conditions } };
      return creationProblems({ events: [] }, set);
    };
    expect(refusedBy("https://policy.example.com/check?timeout=10s")).toMatchObject([
      { isTerminal: true, isOfCluster: true, hint: expect.stringContaining("simulateWebhook") },
    ]);
    expect(refusedBy("https://web.demo.svc:443/check?timeout=10s")).toMatchObject([{ isTerminal: false }]);
  });
});
