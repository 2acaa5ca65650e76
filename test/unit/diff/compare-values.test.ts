import { describe, expect, it } from "vitest";
import { compareValues, formatSegments } from "../../../src/diff/compare-values.ts";

function differing(before: unknown, after: unknown): string[] {
  return compareValues(before, after).map(
    (change) => `${formatSegments(change.path)}: ${JSON.stringify(change.before)} → ${JSON.stringify(change.after)}`,
  );
}

const pod = (containers: unknown[], more: object = {}) => ({ spec: { containers, ...more } });

describe("compareValues", () => {
  it("ignores the order of lists that Kubernetes merges by key, and names their items by the key", () => {
    const env = [
      { name: "A", value: "1" },
      { name: "B", value: "2" },
    ];
    const one = {
      name: "app",
      env,
      volumeMounts: [
        { mountPath: "/a", name: "x" },
        { mountPath: "/b", name: "x" },
      ],
    };
    const other = { ...one, env: env.toReversed(), volumeMounts: one.volumeMounts.toReversed() };
    const side = { name: "side" };
    expect(differing(pod([one, side]), pod([side, other]))).toEqual([]);
    const changed = {
      ...other,
      env: [{ name: "B", value: "3" }, env[0]],
      volumeMounts: [{ mountPath: "/a", name: "y" }],
    };
    expect(differing(pod([one, side]), pod([side, changed]))).toEqual([
      'spec.containers[app].env[B].value: "2" → "3"',
      'spec.containers[app].volumeMounts[/a].name: "x" → "y"',
      'spec.containers[app].volumeMounts[/b]: {"mountPath":"/b","name":"x"} → undefined',
    ]);
  });

  it("matches ports by their number and protocol", () => {
    const tcp = { port: 53, name: "tcp" };
    const udp = { port: 53, protocol: "UDP", name: "udp" };
    expect(differing({ ports: [tcp, udp] }, { ports: [udp, tcp] })).toEqual([]);
    expect(differing({ ports: [tcp, udp] }, { ports: [{ ...udp, name: "dns" }, tcp] })).toEqual([
      'ports[53/UDP].name: "udp" → "dns"',
    ]);
    const [web, admin] = [{ containerPort: 80 }, { containerPort: 90 }];
    expect(differing({ ports: [web, admin] }, { ports: [admin, web] })).toEqual([]);
  });

  it("keeps the order of init containers, which run one after another", () => {
    const list = [{ name: "a" }, { name: "b" }];
    expect(differing({ initContainers: list }, { initContainers: list.toReversed() })).toEqual([
      'initContainers: ["a","b"] → ["b","a"]',
    ]);
  });

  it("keeps the order of variables of which one refers to another", () => {
    const [host, url] = [
      { name: "HOST", value: "db" },
      { name: "URL", value: "http://$(HOST)" },
    ];
    expect(differing({ env: [host, url] }, { env: [url, host] })).toEqual(['env: ["HOST","URL"] → ["URL","HOST"]']);
  });

  it("compares other lists by position, and shows an item that was inserted as one item", () => {
    const rules = (...names: string[]) => ({ rules: names.map((host) => ({ host })) });
    expect(differing(rules("a", "b", "c"), rules("a", "x", "b", "c"))).toEqual(['rules[1]: undefined → {"host":"x"}']);
    expect(differing({ args: ["--a", "--b", "--c"] }, { args: ["--a", "--c", "--d"] })).toEqual([
      'args[1]: "--b" → undefined',
      'args[2]: undefined → "--d"',
    ]);
    expect(differing({ args: ["--a=1", "--b"] }, { args: ["--a=2", "--b"] })).toEqual(['args[0]: "--a=1" → "--a=2"']);
    expect(differing({ args: ["--a", "--b"] }, { args: ["--b", "--a"] })).not.toEqual([]);
  });

  it("falls back to positions when a key is not unique", () => {
    const twice = [
      { name: "A", value: "1" },
      { name: "A", value: "2" },
    ];
    expect(differing({ env: twice }, { env: [twice[0], { name: "A", value: "3" }] })).toEqual([
      'env[1].value: "2" → "3"',
    ]);
  });

  it("compares labels, annotations and data one by one, also when one side has none", () => {
    expect(differing({ metadata: {} }, { metadata: { labels: { "a/b": "1", c: "2" } } })).toEqual([
      'metadata.labels[a/b]: undefined → "1"',
      'metadata.labels.c: undefined → "2"',
    ]);
  });

  it("treats null as a missing field, and an empty mapping as a value", () => {
    expect(differing({ a: null }, {})).toEqual([]);
    expect(differing({ emptyDir: {} }, {})).toEqual(["emptyDir: {} → undefined"]);
    expect(differing({ a: 1 }, { a: "1" })).toEqual(['a: 1 → "1"']);
  });

  it("ignores the order of finalizers", () => {
    expect(differing({ finalizers: ["a", "b"] }, { finalizers: ["b", "a"] })).toEqual([]);
    expect(differing({ finalizers: ["a", "b"] }, { finalizers: ["b"] })).toEqual(['finalizers[a]: "a" → undefined']);
  });
});
