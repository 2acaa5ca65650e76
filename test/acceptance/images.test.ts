import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { writeChart } from "../helpers/charts/write-chart.ts";
import { runCli } from "../helpers/run-cli.ts";

const deployment = (image: string) => `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      initContainers: [{ name: wait, image: "busybox" }]
      containers: [{ name: web, image: ${JSON.stringify(image).replaceAll('\\"', '"')} }]
`;
const hook = `apiVersion: batch/v1
kind: Job
metadata: { name: migrate, annotations: { helm.sh/hook: pre-install } }
spec:
  template:
    spec: { restartPolicy: Never, containers: [{ name: run, image: "{{ .Values.tools }}" }] }
`;
const files = {
  "Chart.yaml": "apiVersion: v2\nname: demo\nversion: 0.1.0\nappVersion: 1.27.0\n",
  "values.yaml": 'image: { registry: docker.io, repository: nginx, tag: "" }\ntools: alpine:latest\nother: nginx\n',
  "templates/a.yaml": deployment(
    "{{ .Values.image.registry }}/{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}",
  ),
  "templates/hook.yaml": hook,
};

async function list(chart: string, ...args: string[]) {
  const { stdout, exitCode } = await runCli(["images", chart, "--json", ...args]);
  return { exitCode, report: JSON.parse(stdout) };
}

describe("seatrial images", () => {
  it("lists each image with the objects that use it and the values that it comes from", async () => {
    const chart = await writeChart({ ...files, "ci/other-values.yaml": "image: { tag: '1.28' }\n" });
    const { stdout, exitCode } = await runCli(["images", "."], { cwd: chart });
    expect(stdout.replace(/in \d.*s$/m, "in <time>")).toMatchInlineSnapshot(`
      "demo 0.1.0 (.)
        alpine:latest  tag latest
          Job migrate; hook pre-install; container run; from tools
        busybox  no tag
          Deployment web; init container wait
        docker.io/nginx:1.27.0
          Deployment web; container web; from image.registry, image.repository, image.tag, .Chart.AppVersion; in default
        docker.io/nginx:1.28
          Deployment web; container web; from image.registry, image.repository, image.tag; in ci/other-values.yaml

      4 images of 1 chart in <time>"
    `);
    expect(exitCode).toBe(0);
  });

  it("has the parts, the fields and the templates of images in its JSON", async () => {
    const { report } = await list(await writeChart(files));
    expect(report.charts[0].images[1]).toEqual({
      image: "busybox",
      reference: { registry: "docker.io", repository: "library/busybox" },
      info: ["no tag"],
      uses: [
        {
          object: { apiVersion: "apps/v1", kind: "Deployment", name: "web" },
          role: "init container",
          name: "wait",
          field: "spec.template.spec.initContainers[0].image",
          template: "demo/templates/a.yaml",
          values: [],
          cases: ["default"],
        },
      ],
    });
  });

  it("exits with 1 for an image that the kubelet cannot pull", async () => {
    const { report, exitCode } = await list(
      await writeChart({ ...files, "values.yaml": "image: { registry: a.b, repository: C, tag: 1 }\n" }),
    );
    expect(exitCode).toBe(1);
    expect(report.charts[0].images.map(({ problem }: { problem?: string }) => problem)).toContain(
      "the name must be in lower case",
    );
  });

  it("asks registries only with --online", async () => {
    const requests: string[] = [];
    const server = createServer(({ url = "" }, response) => {
      requests.push(url);
      response.writeHead(url.includes("missing") ? 404 : 200).end();
    });
    await new Promise<void>((resolve) => {
      server.listen(0, "127.0.0.1", resolve);
    });
    onTestFinished(async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    });
    const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const pod = (name: string, image: string) =>
      `apiVersion: v1\nkind: Pod\nmetadata: { name: ${name} }\nspec: { containers: [{ name: a, image: "${host}/${image}" }] }\n`;
    const chart = await writeChart({ "templates/a.yaml": `${pod("a", "app:1")}---\n${pod("b", "app:1")}` });
    expect((await list(chart)).exitCode).toBe(0);
    expect(requests).toEqual([]);
    const found = await list(chart, "--online");
    expect(requests).toEqual(["/v2/app/manifests/1"]);
    expect(found.exitCode).toBe(0);
    expect(found.report.charts[0].images[0]).toMatchObject({ exists: true });
    const gone = await list(await writeChart({ "templates/a.yaml": pod("a", "missing:1") }), "--online");
    expect(gone.exitCode).toBe(1);
    const unreachable = pod("a", "app:1").replace(host, "127.0.0.1:1");
    const unknown = await list(await writeChart({ "templates/a.yaml": unreachable }), "--online");
    expect(unknown.exitCode).toBe(3);
    expect(unknown.report.charts[0].images[0].registryError).toContain("cannot be reached");
  });
});
