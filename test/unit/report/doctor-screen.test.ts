import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import type { DoctorReport, Facts } from "../../../src/doctor/facts.ts";
import { findProblems } from "../../../src/doctor/problems.ts";
import { renderDoctorScreen } from "../../../src/report/doctor-screen.ts";
import { makeStyle } from "../../../src/report/style.ts";
import { healthy } from "../../helpers/doctor/healthy-facts.ts";

const plain = makeStyle(false);

function report(more: Partial<Facts> = {}): DoctorReport {
  const facts = { ...healthy, ...more };
  const problems = findProblems(facts);
  const canBoot = problems.every(({ severity }) => severity !== "error");
  return { schemaVersion: 1, canBoot, problems, ...facts };
}

describe("renderDoctorScreen", () => {
  it("fits a healthy machine on one screen", () => {
    const lines = renderDoctorScreen(report(), plain);
    expect(lines.join("\n")).toMatchInlineSnapshot(`
      "seatrial     1.2.3 on linux-x64
      engine       Kubernetes v1.37.2, Helm v4.3.1, from the cache
      node         v24.21.0, /usr/bin/node
      go           1.26.8, /usr/local/go/bin/go
      helm         v3.19.0, /usr/local/bin/helm; built in: v4.3.1
      kubectl      v1.32.4, /usr/bin/kubectl; built in: v1.37.2
      docker       client 28.2.2, /usr/bin/docker; engine 28.2.2
      k3s          v1.37.2+k3s1, /usr/local/bin/k3s
      real node    can run
      sandbox      GitHub Codespaces (CODESPACES), Docker container (/.dockerenv)
      user         vscode (uid 1000), no capabilities
      memory       6.5 GiB available of 8.0 GiB, limited by /sys/fs/cgroup/memory.max
      temp         76.2 GB free, /tmp
      cache        76.2 GB free, /cache/engine
      state        76.2 GB free, /state/default
      loopback     works
      providers    engine, envtest, k3s, container, existing
      background   a control plane is up: Kubernetes v1.37.2, https://127.0.0.1:40123,
                   process 4711
      proxies      HTTPS_PROXY=http://proxy.example.com:3128
                   NO_PROXY=localhost,127.0.0.1

      Nothing prevents a control plane from starting."
    `);
    expect(lines.length).toBeLessThanOrEqual(24);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it("shows what is missing, what prevents a start, and each fix on a line that can be copied", () => {
    const missing = { path: null, version: null, problem: null, isSilent: false };
    const fix = "npx seatrial engine clean && npx seatrial engine build";
    const lines = renderDoctorScreen(
      report({
        engine: {
          ...healthy.engine,
          kubernetes: null,
          helm: null,
          problem: { message: "/cache/engine/1/seatrial-engine was ended by SIGILL", fix, stopsBoot: true },
        },
        helm: missing,
        docker: { ...missing, engine: { version: null, problem: null } },
        k3s: { ...missing, path: "/bin/k3s", problem: "did not answer in 2 s", isSilent: true },
        sandbox: [],
        user: { uid: 12345, name: null, capabilities: null },
        memory: { availableBytes: null, totalBytes: null, limitedBy: null, addressSpaceBytes: null },
        directories: {
          ...healthy.directories,
          temp: { path: "/tmp", freeBytes: null, problem: null, isSilent: false, isNoexec: true },
          state: { path: "/state", freeBytes: 1e9, problem: "read-only file system", isSilent: false, isNoexec: false },
        },
        controlPlane: { up: false, kubernetes: null, server: null, pid: null, problem: null },
        proxies: {},
      }),
      plain,
    );
    expect(lines.join("\n")).toMatchInlineSnapshot(`
      "seatrial     1.2.3 on linux-x64
      engine       reports no versions, from the cache
      node         v24.21.0, /usr/bin/node
      go           1.26.8, /usr/local/go/bin/go
      helm         not found
      kubectl      v1.32.4, /usr/bin/kubectl
      docker       not found
      k3s          /bin/k3s did not answer in 2 s
      real node    can run
      sandbox      no sign of a container or sandbox
      user         no name (uid 12345)
      memory       unknown
      temp         /tmp, noexec
      cache        76.2 GB free, /cache/engine
      state        1.0 GB free, /state: read-only file system
      loopback     works
      providers    engine, envtest, k3s, container, existing
      background   no control plane is up
      proxies      none

      error    /cache/engine/1/seatrial-engine was ended by SIGILL
        fix    npx seatrial engine clean && npx seatrial engine build
      warning  \`seatrial up\` keeps its state in /state, which cannot be written:
               read-only file system
        fix    set SEATRIAL_STATE_DIR to another directory

      1 problem prevents a control plane from starting."
    `);
  });

  it("says that an engine will be built, which prevents nothing", () => {
    const engine = { path: null, source: "build" as const, kubernetes: null, helm: null, problem: null };
    const text = renderDoctorScreen(report({ engine }), plain).join("\n");
    expect(text).toMatch(/^engine +none yet: it will be built on first use/m);
    expect(text).toMatch(/Nothing prevents a control plane from starting\.$/);
  });

  it("names the engine of SEATRIAL_ENGINE", () => {
    const engine = { ...healthy.engine, source: "env" as const };
    expect(renderDoctorScreen(report({ engine }), plain).join("\n")).toMatch(
      /from SEATRIAL_ENGINE:\s+\/cache\/engine\/1\//,
    );
  });

  it("shows the same text with colour", () => {
    const colored = renderDoctorScreen(report({ loopback: { problem: "no" } }), makeStyle(true));
    expect(colored.join("\n")).toContain("\u001b[");
    expect(colored.map(stripVTControlCharacters)).toEqual(
      renderDoctorScreen(report({ loopback: { problem: "no" } }), plain),
    );
  });
});
