import { container } from "seatrial";
import { describe, expect, it } from "vitest";

const podSpec = {
  initContainers: [{ name: "migrate", image: "migrate:1" }],
  containers: [
    { name: "web", image: "web:1" },
    { name: "proxy", image: "proxy:1" },
  ],
};
const of = (kind: string, spec: object) => ({
  apiVersion: "v1",
  kind,
  metadata: { name: "web", namespace: "ns" },
  spec,
});
const deployment = of("Deployment", { template: { spec: podSpec } });

describe("container", () => {
  it.each([
    ["Pod", podSpec],
    ["Deployment", { template: { spec: podSpec } }],
    ["StatefulSet", { template: { spec: podSpec } }],
    ["DaemonSet", { template: { spec: podSpec } }],
    ["Job", { template: { spec: podSpec } }],
    ["CronJob", { jobTemplate: { spec: { template: { spec: podSpec } } } }],
    ["Rollout", { template: { spec: podSpec } }],
  ])("finds the containers of a %s, also init containers", (kind, spec) => {
    expect(container(of(kind, spec), "proxy").image).toBe("proxy:1");
    expect(container(of(kind, spec), "migrate").image).toBe("migrate:1");
  });

  it("finds the containers of a PodTemplate", () => {
    expect(container({ kind: "PodTemplate", template: { spec: podSpec } }, "web").image).toBe("web:1");
  });

  it("needs no name for the only container", () => {
    const one = of("Pod", { ...podSpec, containers: [{ name: "web" }] });
    expect(container(one).name).toBe("web");
    expect(() => container(deployment)).toThrowErrorMatchingInlineSnapshot(`
      [SeatrialError: Deployment ns/web has 2 containers: name one of them
        containers: web, proxy
        init containers: migrate]
    `);
  });

  it("lists the existing containers when there is no such container", () => {
    expect(() => container(deployment, "wbe")).toThrowErrorMatchingInlineSnapshot(`
      [SeatrialError: Deployment ns/web has no container named "wbe"
        containers: web, proxy
        init containers: migrate]
    `);
  });

  it("refuses an object without a Pod template, and other values", () => {
    expect(() => container(of("Service", {}), "web")).toThrowErrorMatchingInlineSnapshot(
      `[UsageError: container: Service ns/web has neither containers nor a Pod template]`,
    );
    expect(() => container("web" as unknown as object)).toThrow("must be a Kubernetes object");
  });
});
