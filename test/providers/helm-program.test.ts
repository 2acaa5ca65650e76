import { join } from "node:path";
import { type ControlPlane, findingsOf, installChart, namespaceAdmin, simulate, startControlPlane } from "seatrial";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { withHelm } from "../../src/plane/with-helm.ts";
import { makeTempDir, type TempDir } from "../../src/process/temp-dir.ts";
import { configMap, writeChart } from "../helpers/charts/write-chart.ts";
import { type ContractCase, contractCases, writeContractChart } from "../helpers/helm/helm-contract.ts";
import { describeHelmDriver } from "../helpers/helm/helm-driver.ts";
import { checkInTrap } from "../helpers/providers/check-in-trap.ts";
import { buildHelm } from "../helpers/providers/upstream-binaries.ts";
import { rejectionOf } from "../helpers/rejection-of.ts";

describe.each([3, 4] as const)("the program helm of version %i", (major) => {
  let directory: TempDir;
  let path: string;
  let plane: ControlPlane;
  beforeAll(async () => {
    directory = await makeTempDir("seatrial-helm-program-");
    path = await buildHelm(major, directory.path);
    plane = await startControlPlane();
  });
  afterAll(async () => {
    await plane?.stop();
    await directory.remove();
  });

  describeHelmDriver(() => withHelm(plane, { path }), major);

  // When such a Job is gone before the program has looked, Helm 3 fails and Helm 4 waits until its time limit.
  const isRace = ({ name }: ContractCase) => name.includes("ttlSecondsAfterFinished");
  it.each(contractCases.filter((each) => !isRace(each)))("neither hangs nor errs over $name", async (each) => {
    const charts = await makeTempDir("seatrial-charts-");
    onTestFinished(charts.remove);
    await each.run(await writeContractChart(each, join(charts.path, "contract")), await withHelm(plane, { path }));
  });

  it("works several times at once, each process with its own directories", async () => {
    const controlPlane = await withHelm(plane, { path });
    const chart = await writeChart({ "templates/web.yaml": configMap("web") });
    const releases = await Promise.all(Array.from({ length: 6 }, () => installChart(chart, { controlPlane })));
    expect(new Set(releases.map(({ namespace }) => namespace)).size).toBe(6);
    await Promise.all(releases.map((release) => release[Symbol.asyncDispose]()));
  });

  it("works as a deployer, whom the API server lets grant no more than the deployer has", async () => {
    const controlPlane = await withHelm(plane, { path });
    const role = (resource: string) => `apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: reader }
rules: [{ apiGroups: [""], resources: [${resource}], verbs: [get] }]
`;
    const options = { controlPlane, as: namespaceAdmin() };
    const refused = installChart(await writeChart({ "templates/a.yaml": role("nodes") }), options);
    expect(findingsOf(await rejectionOf(refused))).toMatchObject([{ reason: "PrivilegeEscalation", step: "install" }]);
    await using release = await installChart(await writeChart({ "templates/a.yaml": role("pods") }), options);
    await release.uninstall();
  });

  it("that is cancelled leaves no locked release", async () => {
    const controlPlane = await withHelm(plane, { path });
    const text = (name: string, more = "") => `apiVersion: batch/v1
kind: Job
metadata: { name: ${name}${more} }
spec: { template: { spec: { restartPolicy: Never, containers: [{ name: app, image: "example.com/app:1" }] } } }
`;
    const hook = text("slow", ", annotations: { helm.sh/hook: pre-upgrade }");
    const chart = await writeChart({ "templates/web.yaml": configMap("web") });
    const slow = await writeChart({ "templates/web.yaml": configMap("web"), "templates/hook.yaml": hook });
    await using release = await installChart(chart, { controlPlane });
    await using _slow = await simulate(release, { job: "slow", afterMs: 60_000, exitCode: 0 });
    const controller = new AbortController();
    const upgrade = release.upgrade(slow, { signal: controller.signal });
    upgrade.catch(() => undefined);
    const { namespace } = release;
    const jobs = () => plane.kube.list("batch/v1", "Job", { namespace });
    await expect.poll(async () => (await jobs()).length, { timeout: 30_000 }).toBe(1);
    controller.abort();
    await expect(upgrade).rejects.toMatchObject({ code: "SEATRIAL_CANCELLED" });
    await release.upgrade(chart, {});
    expect(release.status).toBe("deployed");
  });

  it("names its version", async () => {
    const { helm, versions } = await withHelm(plane, { path });
    expect(helm.major).toBe(major);
    expect(versions.helm).toMatch(new RegExp(`^v${major}\\.\\d+\\.\\d+$`));
  });

  it("checks charts, with the user's kubeconfig and variables out of reach", async () => {
    const { exitCode, report } = await checkInTrap(["--helm-path", path], {});
    expect(exitCode).toBe(0);
    expect(report.controlPlane.helm).toMatch(new RegExp(`^v${major}\\.`));
  });

  it("that does not exist is an error of the command line", async () => {
    await expect(withHelm(plane, { path: join(directory.path, "absent") })).rejects.toMatchObject({
      code: "SEATRIAL_USAGE",
    });
  });
});
