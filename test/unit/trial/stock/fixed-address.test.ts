import { describe, expect, it } from "vitest";
import { fixedAddressFinding } from "../../../../src/trial/stock/fixed-address.ts";

const ref = { apiVersion: "v1", kind: "Service", name: "web", namespace: "a" };
const fieldOf = (address: string, spec: object) =>
  fixedAddressFinding(
    { ref, address },
    { apiVersion: "v1", kind: "Service", metadata: { name: "web" }, spec },
    undefined,
  ).field;

describe("the finding about an address that every release uses", () => {
  it.each([
    ["node port 30080", { ports: [{ port: 30080 }, { port: 80, nodePort: 30080 }] }, "spec.ports[1].nodePort"],
    ["node port 31000", { ports: [{ port: 80 }], healthCheckNodePort: 31000 }, "spec.healthCheckNodePort"],
    ["cluster IP 10.96.0.10", { clusterIP: "10.96.0.10" }, "spec.clusterIP"],
    ["cluster IP fd00::10", { clusterIPs: ["10.96.0.11", "fd00::10"] }, "spec.clusterIPs"],
    ["load balancer address 203.0.113.7", { loadBalancerIP: "203.0.113.7" }, "spec.loadBalancerIP"],
    [
      "host port 9100/TCP",
      { template: { spec: { containers: [{}, { ports: [{ containerPort: 9100, hostPort: 9100 }] }] } } },
      "spec.template.spec.containers[1].ports[0].hostPort",
    ],
  ])("names the field of the %s", (address, spec, field) => {
    expect(fieldOf(address, spec)).toBe(field);
  });

  it("names none without the object", () => {
    expect(fixedAddressFinding({ ref, address: "node port 1" }, undefined, undefined)).not.toHaveProperty("field");
  });
});
