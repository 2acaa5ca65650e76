import {
  type ClusterError,
  type ControlPlane,
  currentControlPlane,
  findingsOf,
  installChart,
  type Release,
  type StageObject,
  simulateStages,
  type UsageError,
} from "seatrial";
import { describe, expect, it } from "vitest";
import { parseManifest } from "../../../src/chart/manifest.ts";
import { listStages } from "../../../src/simulation/list-stages.ts";
import { custom, definition, writeChart } from "../../helpers/charts/write-chart.ts";
import { rejectionOf } from "../../helpers/rejection-of.ts";
import { issues, notReadyAs, secured, setsReady, stage, statusDefinition } from "../../helpers/stages.ts";

const ready = (kind: string, more = "") =>
  stage("ready", kind, `${notReadyAs("True")}${more}${setsReady("True", "Issued")}`);

const parse = (text: string) => parseManifest(text).map(({ object }) => object as StageObject);

const stagesIn = (plane: ControlPlane, namespace: string) => listStages(plane, { namespace });

async function chartOf(kind: string, files: Record<string, string> = {}): Promise<string> {
  return writeChart({ "crds/a.yaml": statusDefinition(kind), "templates/a.yaml": custom(kind, "web"), ...files });
}

async function untilReady(release: Release, kind: string, reason = "Issued"): Promise<void> {
  await expect.poll(() => release.get(kind, "web"), { timeout: 20_000 }).toHaveCondition("Ready", { reason });
}

describe("Stages", () => {
  it("make a custom resource of the chart's own CRD ready, and the objects that wait for it", async () => {
    const chart = await chartOf("Beacon", {
      "templates/b.yaml": secured,
      "stages/a.yaml": stage("issue", "Beacon", issues),
    });
    await using release = await installChart(chart, { wait: true, timeout: "30s", stages: `${chart}/stages/*.yaml` });
    expect(await release.get("Beacon", "web")).toHaveCondition("Ready", { reason: "Issued" });
    expect(await release.get("Deployment", "web")).toHaveCondition("Available");
  });

  it("are necessary for an installation, which otherwise times out and says why", async () => {
    const chart = await chartOf("Lantern", { "templates/b.yaml": secured });
    const error = await rejectionOf<ClusterError>(installChart(chart, { wait: true, timeout: "2s" }));
    expect(error.code).toBe("SEATRIAL_NOT_CHECKED");
    expect(error.message).toContain('secret "web-tls" not found');
    expect(error.message).toContain("nothing here acts for a Lantern");
  });

  it("that mark an object as stalled make an installation fail immediately", async () => {
    const stuck = `selector: { matchExpressions: [{ key: .status, operator: DoesNotExist }] }
next:
  statusTemplate: |
    conditions: [{ type: Stalled, status: "True", reason: NoIssuer, message: "there is no issuer {{ .spec.size }}" }]
`;
    const chart = await chartOf("Torch", {
      "templates/b.yaml": secured,
      "stages/a.yaml": stage("stuck", "Torch", stuck),
    });
    const startedAt = performance.now();
    const error = await rejectionOf<ClusterError>(
      installChart(chart, { wait: true, timeout: "1m", stages: `${chart}/stages` }),
    );
    expect(performance.now() - startedAt).toBeLessThan(30_000);
    expect(findingsOf(error)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          object: expect.objectContaining({ kind: "Torch", name: "web" }),
          reason: "NoIssuer",
          message: expect.stringContaining("there is no issuer 1"),
        }),
      ]),
    );
  });

  it("are played after their delay", async () => {
    const chart = await chartOf("Candle");
    const delayed = ready("Candle", "delay: { durationMilliseconds: 700, jitterDurationMilliseconds: 900 }\n");
    await using release = await installChart(chart);
    const made = Date.now();
    await simulateStages(release, parse(delayed));
    await untilReady(release, "Candle");
    expect(Date.now() - made).toBeGreaterThanOrEqual(700);
  });

  it("of one namespace do not affect another, and end with the release", async () => {
    const plane = currentControlPlane();
    const chart = await chartOf("Flare", { "stages/a.yaml": ready("Flare") });
    await using other = await installChart(chart);
    const release = await installChart(chart, { stages: `${chart}/stages` });
    const further = await simulateStages(release, `${chart}/stages/a.yaml`);
    await untilReady(release, "Flare");
    expect(await further.stages()).toMatchObject([{ name: "ready", kind: "Flare", isWaiting: false, problems: [] }]);
    expect(await other.get("Flare", "web")).not.toHaveProperty("status");
    await release.uninstall();
    await release[Symbol.asyncDispose]();
    expect(await stagesIn(plane, release.namespace)).toEqual([]);
  });

  it("change cluster-scoped objects of the releases of their namespace, and no others", async () => {
    const files = (name: string) => ({
      "crds/a.yaml": statusDefinition("Harbour", "Cluster"),
      "templates/a.yaml": custom("Harbour", name),
      "stages/a.yaml": ready("Harbour"),
    });
    const [one, two] = await Promise.all([writeChart(files("web")), writeChart(files("web-2"))]);
    await using first = await installChart(one, { stages: `${one}/stages` });
    await using second = await installChart(two);
    await untilReady(first, "Harbour");
    expect(await second.get("Harbour", "web-2")).not.toHaveProperty("status");
  });
});

describe("Stages with a mistake", () => {
  it("are rejected with file, name and field, and no Stage is applied", async () => {
    const chart = await writeChart({
      "stages/a.yaml": stage("jq", "Beacon", "selector: { matchExpressions: [{ key: '.a[', operator: Exists }] }"),
      "stages/b.yaml": `${ready("Beacon")}---\n${stage("text", "Beacon", 'selector: {}\nnext: { statusTemplate: "{{ Nowhere }}" }')}`,
      "stages/c.yaml": stage("kind", "Deploymnt", "selector: {}", "apps/v1"),
      "stages/d.yaml": stage("field", "Beacon", "selector: {}\nnxt: {}"),
    });
    await using namespace = await currentControlPlane().namespace();
    const error = await rejectionOf<UsageError>(simulateStages({ namespace: namespace.name }, `${chart}/stages`));
    expect(error.code).toBe("SEATRIAL_USAGE");
    const lines = error.message.split("\n");
    expect(lines[0]).toBe("simulateStages: 5 Stages cannot be used");
    expect(lines.slice(1)).toEqual([
      expect.stringMatching(
        /^ {2}\S*stages\/a\.yaml: Stage "jq": spec\.selector\.matchExpressions\[0\]\.key: jq "\.a\["/,
      ),
      expect.stringMatching(
        /b\.yaml: Stage "text": spec\.next\.statusTemplate: line 1: function "Nowhere" not defined$/,
      ),
      expect.stringMatching(
        /c\.yaml: Stage "kind": spec\.resourceRef\.kind is "Deploymnt": it must be one of apps\/v1: .*Deployment/,
      ),
      expect.stringMatching(/d\.yaml: Stage "field": unknown field "spec\.nxt"$/),
    ]);
    expect(await stagesIn(currentControlPlane(), namespace.name)).toEqual([]);
  });

  it("that appears only with an object are reported by an event of the object and by the Stages", async () => {
    const chart = await chartOf("Spark");
    await using release = await installChart(chart);
    const broken = stage(
      "broken",
      "Spark",
      'selector: {}\nnext: { statusTemplate: "size: {{ index .spec.sizes 1 }}" }',
    );
    await using stages = await simulateStages(release, parse(broken));
    await expect.poll(async () => (await stages.stages())[0]?.problems).toHaveLength(1);
    const plane = currentControlPlane();
    const [{ problems: [problem = ""] = [] } = {}] = await stages.stages();
    expect(problem).toMatch(
      /^Stage "broken": spec\.next\.statusTemplate: line 1:.* at <index \.spec\.sizes 1>: .*index of untyped nil/,
    );
    await expect
      .poll(() =>
        plane.kube
          .list("v1", "Event", { namespace: release.namespace })
          .then((events) => events.map(({ reason, message }) => ({ reason, message }))),
      )
      .toContainEqual({ reason: "StageFailed", message: problem });
  });

  it("such as a subresource that the kind does not have are reported", async () => {
    const chart = await writeChart({ "crds/a.yaml": definition("Ember"), "templates/a.yaml": custom("Ember", "web") });
    await using release = await installChart(chart);
    await using stages = await simulateStages(release, parse(ready("Ember")));
    await expect
      .poll(async () => (await stages.stages())[0]?.problems)
      .toEqual([expect.stringContaining('embers of example.com have no subresource "status"')]);
  });

  it("such as a selector that matches what the Stage has written are abandoned", async () => {
    const chart = await chartOf("Blaze");
    await using release = await installChart(chart);
    const endless = stage("endless", "Blaze", "selector: {}\nnext: { statusTemplate: 'at: {{ Now | Quote }}' }");
    await using stages = await simulateStages(release, parse(endless));
    await expect
      .poll(async () => (await stages.stages())[0]?.problems, { timeout: 20_000 })
      .toEqual([
        expect.stringContaining("spec.selector: it still selects the object after the Stage was played 50 times"),
      ]);
  });
});
