import { expect, it } from "vitest";
import { renderBuildNeeds } from "../../../src/report/build-needs.ts";
import { makeStyle } from "../../../src/report/style.ts";
import { textWidth } from "../../../src/report/text-width.ts";

const needs = {
  sourceDir: "/project/node_modules/seatrial/engine",
  goVersion: "go1.26.8",
  neededGoVersion: "1.26.0",
  disk: [
    { name: "GOCACHE", path: "/cache/go-build", neededBytes: 4.3e9, freeBytes: 2.1e9 },
    { name: "GOMODCACHE", path: "/go/pkg/mod", neededBytes: 0.9e9, freeBytes: 50e9 },
    { name: "SEATRIAL_CACHE_DIR", path: "/cache/seatrial/engine", neededBytes: 0.2e9, freeBytes: undefined },
  ],
};

it("says what a build needs, and where there is too little of it", () => {
  const lines = renderBuildNeeds(needs, 2, makeStyle(false), 80);
  expect(`\n${lines.join("\n")}\n`).toMatchInlineSnapshot(`
    "
    The engine is compiled from the sources of Kubernetes, Helm and etcd.
      needs Go  1.26.0 or newer; go1.26.8 is used
      time      a first build takes about 9 minutes on 2 idle cores, a later one
                about 20 seconds; here: 2 cores
      memory    about 3 GB
      disk      a first build writes about 5.4 GB:
                4.3 GB in GOCACHE, /cache/go-build, 2.1 GB free: not enough for a
                first build
                0.9 GB in GOMODCACHE, /go/pkg/mod, 50.0 GB free
                0.2 GB in SEATRIAL_CACHE_DIR, /cache/seatrial/engine
    "
  `);
  expect(Math.max(...lines.map(textWidth))).toBeLessThanOrEqual(80);
});
