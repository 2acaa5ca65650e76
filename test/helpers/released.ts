import type { Release } from "../../src/release/release.ts";

/** A release with these properties, for matchers that decide before they ask a control plane. */
export function released(properties: Partial<Release> = {}): Release {
  const info = { hooks: [] };
  const chart = { name: "web", version: "1.0.0" };
  const verbs = { uninstall: () => undefined, upgrade: () => undefined };
  const facts = { name: "web", namespace: "ns", revision: 1, status: "deployed", manifest: "", chart, info };
  return { ...verbs, ...facts, ...properties } as unknown as Release;
}
