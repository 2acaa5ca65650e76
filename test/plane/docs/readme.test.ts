import { dryRunChart, installChart } from "seatrial";
import { expect, it } from "vitest";

it("is stored with the defaults of the API server", async () => {
  await using release = await installChart("charts/web", { values: { replicaCount: 2 } });
  expect((await release.get("Deployment", "web")).spec).toMatchObject({ replicas: 2, progressDeadlineSeconds: 600 });
});

it("is refused by the API server with a bad port", async () => {
  const result = await dryRunChart("charts/web", { set: { "service.port": 99999 } });
  expect(result).toBeRejected({ kind: "Service", reason: "Invalid", field: "spec.ports[0].port" });
});
