import type { RequestListener } from "node:http";
import { describe, expect, it } from "vitest";
import { HelmClient } from "../../../src/helm/helm-client.ts";
import type { HelmError } from "../../../src/helm/helm-error.ts";
import { answering, engineClientOf } from "../../helpers/engine/engine-service.ts";

const helmOf = async (listener: RequestListener) => new HelmClient(await engineClientOf(listener));

const release = { namespace: "web", releaseName: "web" };

describe("HelmClient", () => {
  it("posts the request as JSON and resolves with the answer", async () => {
    const seen: unknown[] = [];
    const helm = await helmOf(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      seen.push(request.method, request.url, JSON.parse(Buffer.concat(chunks).toString()));
      response.end(JSON.stringify({ releases: [{ revision: 1 }] }));
    });
    expect(await helm.history({ ...release, max: 3 })).toEqual([{ revision: 1 }]);
    expect(seen).toEqual(["POST", "/v1/history", { ...release, max: 3 }]);
  });

  it("rejects with the structured error that the engine answers", async () => {
    const body = { code: "template", message: "required", file: "web/templates/a.yaml", line: 3, column: 5 };
    const helm = await helmOf(answering(422, { error: body, hooks: [] }));
    const error = await helm.template({ chart: "/web" }).catch((caught: HelmError) => caught);
    expect(error).toMatchObject({ name: "HelmError", code: "SEATRIAL_TEMPLATE", helmCode: "template", line: 3 });
    expect(error).toMatchObject({ file: "web/templates/a.yaml", answer: { hooks: [] } });
    expect((error as HelmError).message).toBe("helm template failed (web/templates/a.yaml:3:5): required");
  });

  it("reports a failure without a structured error", async () => {
    const helm = await helmOf(answering(502, {}));
    await expect(helm.status(release)).rejects.toMatchObject({
      code: "SEATRIAL_ENGINE_SERVICE",
      message: "The engine answered /v1/status with HTTP 502",
    });
  });
});
