import { currentControlPlane } from "seatrial";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { TestProject } from "vitest/node";
import type { ControlPlaneData } from "../../../src/plane/control-plane-data.ts";
import { ownerToken } from "../../../src/process/owner.ts";
import { isRunning } from "../../../src/process/process-group.ts";
import setup from "../../../src/vitest/global-setup.ts";
import { useControlPlane } from "../../../src/vitest/use-control-plane.ts";
import { waitUntilGone } from "../../helpers/wait-until-gone.ts";

/** What a project of vitest is to the set-up, and what the set-up did with it. */
function fakeProject() {
  const provided: ControlPlaneData[] = [];
  const reruns: (() => Promise<void>)[] = [];
  const project = {
    provide: (_key: string, data: ControlPlaneData) => provided.push(structuredClone(data)),
    onTestsRerun: (rerun: () => Promise<void>) => reruns.push(rerun),
  };
  return {
    project: project as unknown as TestProject,
    provided,
    rerun: () => Promise.all(reruns.map((each) => each())),
  };
}

const teardowns: (() => Promise<void>)[] = [];
const setUp = async (project: TestProject) => {
  const teardown = await setup(project);
  teardowns.push(teardown);
  return teardown;
};

afterEach(async () => {
  vi.unstubAllEnvs();
  for (const teardown of teardowns.splice(0)) await teardown();
});

describe("the global set-up", () => {
  it("provides one plane to all projects and stops it with the last", async () => {
    const [one, other] = [fakeProject(), fakeProject()];
    const [first, second] = await Promise.all([setUp(one.project), setUp(other.project)]);
    const pid = one.provided[0]?.pid ?? 0;
    expect(other.provided[0]).toEqual(one.provided[0]);
    await first();
    expect(isRunning(pid)).toBe(true);
    await second();
    expect(isRunning(pid)).toBe(false);
    await second();
  });

  it("may run twice for one project, with and without a teardown in between", async () => {
    const { project, provided } = fakeProject();
    const first = await setUp(project);
    const second = await setUp(project);
    expect(provided[1]).toEqual(provided[0]);
    await first();
    await second();
    const third = await setUp(project);
    expect(provided[2]?.pid).not.toBe(provided[0]?.pid);
    expect(isRunning(provided[2]?.pid ?? 0)).toBe(true);
    await third();
  });

  it("removes the objects of an earlier run and keeps the same plane when tests are run again", async () => {
    const { project, provided, rerun } = fakeProject();
    await setUp(project);
    const { attachControlPlane } = await import("seatrial");
    const plane = attachControlPlane(provided[0] as ControlPlaneData);
    const make = (name: string, owner: string) =>
      plane.kube.create({
        apiVersion: "v1",
        kind: "Namespace",
        metadata: { name, labels: { "seatrial.dev/owner": owner } },
      });
    const [, where = ""] = ownerToken.split("-");
    // No process has this id: it is above the limit of the system.
    await make("abandoned", `4194999-${where}-0123abcd`);
    await make("in-use", ownerToken);
    await make("of-another-container", `4194999-${where === "ffffff" ? "eeeeee" : "ffffff"}-0123abcd`);
    await rerun();
    expect(provided[1]).toEqual(provided[0]);
    const names = (await plane.kube.list("v1", "Namespace")).map(({ metadata }) => metadata.name);
    expect(names).toContain("in-use");
    expect(names).toContain("of-another-container");
    expect(names).not.toContain("abandoned");
    await plane.stop();
  });

  it("starts a new plane when tests are run again after the engine has ended", async () => {
    const { project, provided, rerun } = fakeProject();
    const teardown = await setUp(project);
    const pid = provided[0]?.pid ?? 0;
    process.kill(pid, "SIGKILL");
    await waitUntilGone(pid);
    await rerun();
    expect(provided.at(-1)?.pid).not.toBe(pid);
    expect(isRunning(provided.at(-1)?.pid ?? 0)).toBe(true);
    await teardown();
    expect(isRunning(provided.at(-1)?.pid ?? 0)).toBe(false);
  });

  it("can be run again after it failed", async () => {
    const { project, provided } = fakeProject();
    vi.stubEnv("SEATRIAL_ENGINE", "/no/such/engine");
    await expect(setUp(project)).rejects.toMatchObject({ code: expect.stringMatching(/^SEATRIAL_ENGINE/) });
    vi.unstubAllEnvs();
    await setUp(project);
    expect(provided).toHaveLength(1);
  });
});

describe("useControlPlane", () => {
  it("keeps the connections of a worker that runs several files", () => {
    const plane = currentControlPlane();
    useControlPlane(structuredClone(plane.data));
    expect(currentControlPlane()).toBe(plane);
    useControlPlane(undefined);
    expect(currentControlPlane()).toBe(plane);
  });
});
