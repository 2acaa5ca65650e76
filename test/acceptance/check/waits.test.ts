import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { custom, definition, writeChart } from "../../helpers/charts/write-chart.ts";
import { runCli } from "../../helpers/run-cli.ts";
import { once, podSpec, selecting, template } from "../../helpers/workloads.ts";

// Longer than a test may take: it would fail if the command waited that long.
const timeout = ["--timeout", "10m"];
const claim = {
  spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
};

describe("seatrial check ends its waits", () => {
  it("with exit code 3 and a hint where the cluster lacks something, and 1 where the chart is wrong", async () => {
    const gpu = selecting("web", podSpec({ nodeSelector: { accelerator: "a100" } }));
    const lacking = await writeChart({ "templates/a.yaml": template("Deployment", "web", gpu) }, "lacking");
    const endless = template("Pod", "check", { spec: podSpec() }, { "helm.sh/hook": "test" });
    const wrong = await writeChart({ "templates/a.yaml": endless }, "wrong");
    const [one, other] = [await runCli(["check", lacking, ...timeout]), await runCli(["check", wrong, ...timeout])];
    expect(one.stdout).toContain("Hint: pass a Node with the label accelerator=a100: check --given <file>");
    expect(one.stdout).toMatch(/^errored: 1 chart, 1 case · 0 passed · 0 failed · 1 could not be checked · 0 errors/m);
    expect(one.exitCode).toBe(3);
    expect(other.stdout).toContain("its restartPolicy is Always");
    expect(other.stdout).toMatch(/^failed: 1 chart, 1 case · 0 passed · 1 failed · 1 error/m);
    expect(other.exitCode).toBe(1);
  });

  it("and passes, with notes, what only something else would use or handle", async () => {
    const approved = "metadata:\n  annotations: { api-approved.kubernetes.io: unapproved }\n";
    const buoys = definition("Buoy").replaceAll("example.com", "mooring.k8s.io").replace("metadata:\n", approved);
    const crds = await writeChart({ "more/ferry.yaml": definition("Ferry"), "more/buoy.yaml": buoys }, "others");
    const volumes = [{ name: "data", persistentVolumeClaim: { claimName: "data" } }];
    const nightly = { spec: { schedule: "0 3 * * *", jobTemplate: once({}, { volumes }) } };
    const ferry = custom("Ferry", "dock").replace("name: dock", "name: dock\n  finalizers: [ferry.example.com/berth]");
    const buoy = ferry.replaceAll("Ferry", "Buoy").replaceAll("example.com", "mooring.k8s.io");
    const files = {
      "templates/a.yaml": template("PersistentVolumeClaim", "data", claim),
      "templates/b.yaml": template("CronJob", "nightly", nightly),
      "templates/c.yaml": ferry,
      "templates/d.yaml": buoy,
    };
    const chart = await writeChart(files, "quiet");
    const { exitCode, stdout } = await runCli(["check", chart, "--crds", join(crds, "more"), ...timeout]);
    const text = stdout.replaceAll(/\s+/g, " ");
    expect(text).toContain('Ferry "dock": finalizer ferry.example.com/berth was not tested');
    expect(text).toContain('Buoy "dock": finalizer ferry.mooring.k8s.io/berth was not tested');
    expect(text).toContain('PersistentVolumeClaim "data" was bound without a Pod: only CronJob nightly uses it');
    expect(exitCode).toBe(0);
  });
});
