import { describe, expect, it } from "vitest";
import { configMap, definition, writeChart } from "../../helpers/charts/write-chart.ts";
import { runCli } from "../../helpers/run-cli.ts";

const service = (spec: string) => `apiVersion: v1\nkind: Service\nmetadata: { name: a }\nspec: ${spec}\n`;
const daemons = (port: string, pod = "") => `apiVersion: apps/v1
kind: DaemonSet
metadata: { name: a }
spec:
  selector: { matchLabels: { app: a } }
  template:
    metadata: { labels: { app: a } }
    spec: { ${pod}containers: [{ name: a, image: a, ports: [{ ${port} }] }] }
`;
const policy = (kind: string, spec: string) =>
  `apiVersion: admissionregistration.k8s.io/v1\nkind: ${kind}\nmetadata: { name: a }\nspec: ${spec}\n`;
const everyMap =
  "{ resourceRules: [{ apiGroups: [''], apiVersions: [v1], operations: [CREATE], resources: [configmaps] }] }";
const deny = `${policy("ValidatingAdmissionPolicy", `{ matchConstraints: ${everyMap}, validations: [{ expression: "false" }] }`)}---
${policy("ValidatingAdmissionPolicyBinding", "{ policyName: a, validationActions: [Deny] }")}`;
const noNamespaces = `apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: { name: a }
webhooks:
  - name: a.example.com
    clientConfig: { service: { name: a, namespace: default } }
    rules: [{ apiGroups: [''], apiVersions: [v1], operations: [CREATE], resources: [namespaces, configmaps] }]
    failurePolicy: Fail
    sideEffects: None
    admissionReviewVersions: [v1]
    timeoutSeconds: 1
`;

async function checkBoth(files: Record<string, string>, other = files) {
  const one = await writeChart(files, "one");
  const two = await writeChart(other, "two");
  return runCli(["check", one, two, "--jobs", "2", "--timeout", "30s"]);
}

describe("two good charts in one run of seatrial check", () => {
  it.each([
    ["node port", service("{ type: NodePort, selector: { app: a }, ports: [{ port: 80, nodePort: 30671 }] }")],
    ["cluster IP", service("{ clusterIP: 10.96.7.7, selector: { app: a }, ports: [{ port: 80 }] }")],
    [
      "load-balancer address",
      service("{ type: LoadBalancer, loadBalancerIP: 203.0.113.77, selector: { app: a }, ports: [{ port: 80 }] }"),
    ],
    [
      "health-check node port",
      service(
        "{ type: LoadBalancer, externalTrafficPolicy: Local, healthCheckNodePort: 30672, selector: { app: a }, ports: [{ port: 80 }] }",
      ),
    ],
    ["host port on all nodes", daemons("containerPort: 80, hostPort: 8443")],
    ["port of the host's network", daemons("containerPort: 9100", "hostNetwork: true, ")],
    [
      "volume",
      "apiVersion: v1\nkind: PersistentVolume\nmetadata: { name: a }\nspec: { capacity: { storage: 1Gi }, accessModes: [ReadWriteOnce], hostPath: { path: /a } }\n",
    ],
    ["namespace", "apiVersion: v1\nkind: Namespace\nmetadata: { name: shared-namespace }\n"],
    [
      "default class",
      "apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: { name: a, annotations: { storageclass.kubernetes.io/is-default-class: 'true' } }\nprovisioner: seatrial.dev/simulated\n",
    ],
    [
      "global default priority",
      "apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: { name: a }\nglobalDefault: true\nvalue: 5\n",
    ],
  ])("pass with the same %s", async (_name, template) => {
    const { exitCode, stdout } = await checkBoth({ "templates/a.yaml": template });
    expect(stdout).toMatch(/^passed: 2 charts, 2 cases · 2 passed/m);
    expect(exitCode).toBe(0);
  });

  it("pass when one has a policy in crds/ that would refuse the other", async () => {
    const guard = { "crds/a.yaml": `${definition("Lock")}---\n${deny}`, "templates/NOTES.txt": "" };
    const { stdout } = await checkBoth(guard, { "templates/a.yaml": configMap("a"), "crds/a.yaml": definition("Key") });
    expect(stdout).toMatch(/^passed {2}two\/default/m);
  });

  it("pass when one has a webhook without a backend that namespaces and ConfigMaps need", async () => {
    const { stdout } = await checkBoth(
      { "templates/a.yaml": noNamespaces },
      { "templates/a.yaml": configMap("a"), "ci/b-values.yaml": "{}" },
    );
    expect(stdout).toMatch(/^passed {2}two\/default/m);
    expect(stdout).toMatch(/^passed {2}two\/ci\/b-values\.yaml/m);
  });

  it("do not see each other's Secrets with lookup, and print none of them", async () => {
    const secret = `apiVersion: v1\nkind: Secret\nmetadata: { name: s }\nstringData: { password: "horse-battery" }\n`;
    const prying =
      '{{ range (lookup "v1" "Secret" "" "").items }}{{ if .data.password }}{{ fail (printf "stolen %s" (.data.password | b64dec)) }}{{ end }}{{ end }}\n';
    const slow =
      "apiVersion: batch/v1\nkind: Job\nmetadata: { name: j }\nspec: { template: { spec: { restartPolicy: Never, containers: [{ name: a, image: a }] } } }\n";
    const files = {
      "templates/a.yaml": secret,
      "templates/b.yaml": slow,
      "ci/b-values.yaml": "{}",
      "ci/c-values.yaml": "{}",
    };
    const { exitCode, stdout, stderr } = await checkBoth(files, {
      "templates/a.yaml": `${configMap("a")}${prying}`,
      "ci/b-values.yaml": "{}",
    });
    expect(stdout).toMatch(/^passed: 2 charts, 5 cases · 5 passed/m);
    expect(stdout + stderr).not.toContain("horse-battery");
    expect(exitCode).toBe(0);
  });
});
