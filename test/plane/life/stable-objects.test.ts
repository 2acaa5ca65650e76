import { installChart, stableObjects, type templateChart } from "seatrial";
import { describe, expect, it } from "vitest";
import { configMap, writeChart } from "../../helpers/charts/write-chart.ts";

const service = `apiVersion: v1
kind: Service
metadata: { name: web }
spec:
  type: NodePort
  selector: { app: web }
  ports: [{ name: fixed, port: 80, nodePort: 30931 }, { name: free, port: 81 }]
`;
const secret = `apiVersion: v1
kind: Secret
metadata: { name: login }
stringData: { user: administrator, password: "{{ randAlphaNum 24 }}" }
`;
const files = {
  "templates/a.yaml": configMap("settings", {
    where: "{{ .Release.Namespace }}",
    token: "id-{{ randNumeric 9 }} of {{ .Values.color }}",
    user: "administrator",
  }),
  "templates/b.yaml": `${service}---\n${secret}`,
  "values.yaml": "color: red\n",
};

async function shown(chart: string, options?: Parameters<typeof templateChart>[1]): Promise<string> {
  await using release = await installChart(chart, options as object);
  return JSON.stringify(await stableObjects(release), null, 1);
}

describe("the stable objects of a release", () => {
  it("are the same in two installations, and different with another value", async () => {
    const chart = await writeChart(files);
    const first = await shown(chart);
    expect(await shown(chart)).toBe(first);
    expect(await shown(chart, { values: { color: "blue" } })).not.toBe(first);
  });

  it("show what is random, keep what the chart has set, and mask Secrets wherever they are", async () => {
    const chart = await writeChart(files);
    await using release = await installChart(chart);
    const objects = await stableObjects(release);
    const find = (kind: string) => objects.find((object) => object.kind === kind) as Record<string, never>;
    expect(find("ConfigMap").data).toEqual({ where: "(namespace)", token: "id-(random) of red", user: "***" });
    expect(find("Secret").data).toEqual({ password: "(random)", user: "*** (20 characters)" });
    expect(find("Service")).toMatchObject({
      metadata: { name: "web", namespace: "(namespace)" },
      spec: {
        ports: [
          { name: "fixed", port: 80, targetPort: 80, nodePort: 30931, protocol: "TCP" },
          { name: "free", port: 81, targetPort: 81, protocol: "TCP" },
        ],
      },
    });
    expect(JSON.stringify(objects)).not.toMatch(/clusterIP|resourceVersion|managedFields|creationTimestamp|"uid"/);
  });

  it("are rendered with the values of the last revision", async () => {
    const chart = await writeChart(files);
    await using release = await installChart(chart);
    await release.upgrade({ set: { color: "green" } });
    expect(JSON.stringify(await stableObjects(release))).toContain("id-(random) of green");
  });

  it("are shown without (random) when the chart cannot be rendered without its cluster", async () => {
    const needy =
      '{{ if .Release.IsUpgrade }}x: y{{ end }}{{ if not (lookup "v1" "Namespace" "" "default") }}{{ fail "no cluster" }}{{ end }}';
    const chart = await writeChart({ "templates/a.yaml": `${configMap("a", { b: "c" })}  # ${needy}\n` });
    await using release = await installChart(chart);
    expect(await stableObjects(release)).toMatchObject([{ kind: "ConfigMap", data: { b: "c" } }]);
  });
});

describe("toMatchLiveSnapshot", () => {
  it("has the version of Kubernetes in the name of its snapshot", async () => {
    const chart = await writeChart(files);
    await using release = await installChart(chart);
    await expect(release).toMatchLiveSnapshot({ kinds: ["ConfigMap", "Secret"] });
    await expect(expect(release).toMatchLiveSnapshot({ kinds: ["Gateway"] })).rejects.toThrow(
      "There is no object of Gateway",
    );
    await expect(expect(release).not.toMatchLiveSnapshot({ kinds: ["Gateway"] })).rejects.toThrow(
      "no object of Gateway",
    );
    await expect(expect("web" as unknown).toMatchLiveSnapshot()).rejects.toThrow("needs a release of installChart");
  });
});
