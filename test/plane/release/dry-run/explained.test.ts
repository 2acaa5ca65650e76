import { dryRunChart, findingsOf, installChart, namespaceAdmin } from "seatrial";
import { describe, expect, it } from "vitest";
import { custom, definition, writeChart } from "../../../helpers/charts/write-chart.ts";
import { rejectionOf } from "../../../helpers/rejection-of.ts";

const tryTemplate = async (template: string) => {
  const { findings, warnings } = await dryRunChart(await writeChart({ "templates/a.yaml": template }));
  return { findings, warnings };
};

describe("a finding of a dry run", () => {
  it("names each quantity that cannot be parsed, and its field", async () => {
    const limits = "resources: { limits: { cpu: 5x, memory: 1Gx }, requests: { cpu: 100m } }";
    const { findings } = await tryTemplate(
      `apiVersion: v1\nkind: Pod\nmetadata: { name: a }\nspec: { containers: [{ name: a, image: a, ${limits} }] }\n`,
    );
    expect(findings).toMatchObject([
      { field: "spec.containers[0].resources.limits.cpu", message: expect.stringContaining('"5x"') },
      { field: "spec.containers[0].resources.limits.memory", message: expect.stringContaining('"1Gx"') },
    ]);
  });

  it("names the key of a Secret that is not base64, without its value", async () => {
    const { findings } = await tryTemplate(
      'apiVersion: v1\nkind: Secret\nmetadata: { name: a }\ndata: { good: YWJj, bad: "pa%ssword" }\n',
    );
    expect(findings).toMatchObject([{ field: "data.bad", message: 'the value of the key "bad" is not base64' }]);
    expect(JSON.stringify(findings)).not.toContain("ssword");
  });

  it("names the largest key of a ConfigMap that is too large", async () => {
    const { findings } = await tryTemplate(
      'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\ndata: { small: a, large: {{ repeat 1100000 "x" | quote }} }\n',
    );
    expect(findings).toMatchObject([{ field: "data.large", message: expect.stringContaining("has 1100001 bytes") }]);
  });

  it("names the role that a deployer's binding refers to, when the role does not exist", async () => {
    const binding = `apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: web }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: harbour-runner }
subjects: [{ kind: ServiceAccount, name: default, namespace: "{{ .Release.Namespace }}" }]
`;
    const chart = await writeChart({ "templates/a.yaml": binding });
    expect((await dryRunChart(chart, { as: namespaceAdmin() })).findings).toMatchObject([
      {
        field: "roleRef.name",
        message: 'ClusterRole "harbour-runner" not found',
        hint: expect.stringContaining("--given"),
      },
    ]);
  });

  it("names the labels that a selector lacks", async () => {
    const { findings } = await tryTemplate(`apiVersion: apps/v1
kind: Deployment
metadata: { name: a }
spec:
  selector: { matchLabels: { app: a, tier: b, same: c } }
  template:
    metadata: { labels: { app: z, same: c } }
    spec: { containers: [{ name: a, image: a }] }
`);
    expect(findings).toMatchObject([
      {
        field: "spec.template.metadata.labels",
        message:
          "the labels do not match spec.selector, which requires app=a, but it is z; and tier=b, which is missing",
      },
    ]);
  });

  it.each([
    [
      "a port in quotes",
      'apiVersion: v1\nkind: Service\nmetadata: { name: a }\nspec: { ports: [{ port: 80, targetPort: "8080" }] }\n',
      /^a text is the name of a port: write the number 8080 without quotes/,
    ],
    [
      "the release's own Namespace",
      "apiVersion: v1\nkind: Namespace\nmetadata: { name: {{ .Release.Namespace }} }\n",
      /helm install --create-namespace/,
    ],
    [
      "a kind that Kubernetes has removed",
      "apiVersion: policy/v1beta1\nkind: PodSecurityPolicy\nmetadata: { name: a }\n",
      /^Kubernetes 1\.25 removed it/,
    ],
    [
      "a kind that a group of Kubernetes does not have",
      "apiVersion: resource.k8s.io/v1alpha1\nkind: PodScheduling\nmetadata: { name: a }\n",
      /^this version of Kubernetes does not have it yet/,
    ],
  ])("says what to do about %s", async (_, template, hint) => {
    const { findings } = await tryTemplate(template);
    expect(findings).toMatchObject([{ hint: expect.stringMatching(hint) }]);
    expect(findings[0]?.message).not.toContain("<namespace>");
  });

  it("names the field of a warning of the API server", async () => {
    const { warnings } = await tryTemplate(
      "apiVersion: v1\nkind: Pod\nmetadata: { name: a }\n" +
        "spec: { nodeSelector: { beta.kubernetes.io/os: linux }, containers: [{ name: a, image: example.com/a:1 }] }\n",
    );
    expect(warnings).toMatchObject([
      {
        object: { kind: "Pod", name: "a" },
        field: "spec.nodeSelector[beta.kubernetes.io/os]",
        message: expect.stringMatching(/^deprecated since v1\.14/),
      },
    ]);
  });

  it("warns of annotations of hooks that Helm ignores", async () => {
    const annotations = [
      "helm.sh/hook: pre-install",
      "helm.sh/hook-weight: first",
      'helm.sh/hook-delete-policy: "hook-succeded, before-hook-creation"',
      "helm.sh/hook-weigth: '1'",
    ];
    const { warnings } = await tryTemplate(
      `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  annotations:\n    ${annotations.join("\n    ")}\n---\n` +
        "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: b, annotations: { helm.sh/hook-weight: '1' } }\n",
    );
    const found = warnings.map(({ object, message, hint }) => [object?.name, message, hint]);
    expect(found).toHaveLength(4);
    expect(found).toEqual(
      expect.arrayContaining([
        ["a", expect.stringContaining("Helm uses the weight 0"), expect.anything()],
        ["a", expect.stringContaining('"hook-succeded"'), "did you mean hook-succeeded?"],
        ["a", expect.stringContaining("helm.sh/hook-weigth"), "did you mean helm.sh/hook-weight?"],
        ["b", expect.stringContaining("the object is not a hook"), expect.anything()],
      ]),
    );
  });
});

describe("an upgrade of a chart whose crds/ have changed", () => {
  it("says that Helm does not upgrade crds/", async () => {
    const first = definition("Outdated");
    const second = first.replace("maximum: 9 }", "maximum: 9 }\n                color: { type: string }");
    const before = { "crds/a.yaml": first, "templates/a.yaml": custom("Outdated", "a") };
    const after = { "crds/a.yaml": second, "templates/a.yaml": `${custom("Outdated", "a")}  color: red\n` };
    await using release = await installChart(await writeChart(before));
    const chart = await writeChart(after);
    const wanted = {
      object: { kind: "Outdated" },
      hint: expect.stringContaining(
        "Helm does not upgrade crds/: the cluster has the CustomResourceDefinition outdateds.",
      ),
    };
    const { namespace } = release;
    const dryRun = await dryRunChart(chart, { namespace, releaseName: release.name });
    expect(dryRun).toMatchObject({ operation: "upgrade", findings: [wanted] });
    expect(findingsOf(await rejectionOf(release.upgrade(chart)))).toMatchObject([wanted]);
  });

  it("says that Helm does not install crds/ in an upgrade", async () => {
    await using release = await installChart(await writeChart({ "templates/a.yaml": "" }));
    const chart = await writeChart({ "crds/a.yaml": definition("Added"), "templates/a.yaml": custom("Added", "a") });
    expect(findingsOf(await rejectionOf(release.upgrade(chart)))).toMatchObject([
      { hint: expect.stringContaining("Helm does not install the CustomResourceDefinition addeds.example.com") },
    ]);
  });
});
