import { dryRunChart } from "seatrial";
import { expect, it } from "vitest";
import { writeChart } from "../../../helpers/charts/write-chart.ts";

const deployment = (podSpec: string) => `apiVersion: apps/v1
kind: Deployment
metadata: { name: web, labels: { app: web }, annotations: { empty: "" } }
spec:
  paused: false
  selector: { matchLabels: { app: web } }
  strategy: {}
  template:
    metadata: { labels: { app: web }, creationTimestamp: null }
    spec:
      containers: [{ name: web, image: "example.com/web:1", env: [], resources: { limits: { memory: 1Gi, cpu: 1000m } } }]
${podSpec}
status: { replicas: 3 }
`;
const secret = `apiVersion: v1
kind: Secret
metadata: { name: web }
stringData: { key: value }
`;

it.each([3, 4] as const)(
  "warns of a field that the API server accepts and does not store, with Helm %i",
  async (helm) => {
    const chart = await writeChart({
      "templates/web.yaml": deployment("      schedulingGroup: { podGroupName: group }"),
    });
    const { accepted, warnings } = await dryRunChart(chart, { helm });
    expect({ accepted, warnings }).toEqual({
      accepted: true,
      warnings: [
        {
          severity: "warning",
          step: "dry-run",
          reason: "FieldDropped",
          object: { apiVersion: "apps/v1", kind: "Deployment", name: "web" },
          field: "spec.template.spec.schedulingGroup",
          message: "the API server accepts the field and does not store it: its feature is off in Kubernetes 1.37",
          hint: expect.stringContaining("semverCompare"),
          template: "demo/templates/web.yaml",
        },
      ],
    });
  },
);

it("does not warn of what the API server only writes differently", async () => {
  const chart = await writeChart({
    "templates/web.yaml": deployment("      terminationGracePeriodSeconds: 5"),
    "templates/secret.yaml": secret,
  });
  expect(await dryRunChart(chart)).toMatchObject({ accepted: true, warnings: [] });
});
