import { describe, expect, it } from "vitest";
import { writeChart } from "../../helpers/charts/write-chart.ts";
import { findingsIn, tryChart } from "../../helpers/try-chart.ts";

const generate =
  '{{- $ca := genCA "demo-ca" 365 }}\n{{- $cert := genSignedCert "demo" nil (list "demo.svc") 365 $ca }}\n';
const secret = (more = "") => `apiVersion: v1
kind: Secret
metadata: { name: tls }
type: kubernetes.io/tls
data:
  tls.crt: {{ $cert.Cert | b64enc }}
  tls.key: {{ $cert.Key | b64enc }}
${more}`;
const service =
  "apiVersion: v1\nkind: Service\nmetadata: { name: hook }\nspec: { clusterIP: None, ports: [{ port: 443 }] }\n";
const webhook = (authority: string) => `apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: { name: "renewed-{{ .Release.Namespace }}" }
webhooks:
  - name: a.example.com
    admissionReviewVersions: [v1]
    sideEffects: None
    failurePolicy: Ignore
    clientConfig: { service: { name: hook, namespace: "{{ .Release.Namespace }}" }, caBundle: "{{ ${authority} | b64enc }}" }
    rules: [{ apiGroups: [renewed.example.com], apiVersions: [v1], operations: [CREATE], resources: [things] }]
`;

async function found(template: string) {
  const result = await tryChart(await writeChart({ "templates/a.yaml": generate + template }));
  return findingsIn(result).filter(({ step }) => step === "upgrade");
}

describe("a certificate that each upgrade makes anew", () => {
  it("is a warning when the caBundle of a webhook is renewed with it and trusts it", async () => {
    expect(await found([secret(), service, webhook("$ca.Cert")].join("---\n"))).toMatchObject([
      {
        severity: "warning",
        reason: "SecretRegenerated",
        object: { kind: "Secret", name: "tls" },
        notes: expect.arrayContaining([
          expect.stringMatching(/^ValidatingWebhookConfiguration renewed-\S+ changes with it/),
        ]),
        hint: expect.stringContaining("`lookup`"),
      },
    ]);
  });

  it("is a warning when a hook creates the Secret, and an error when the new caBundle does not trust it", async () => {
    const hook = secret().replace(
      "{ name: tls }",
      '{ name: tls, annotations: { helm.sh/hook: "pre-install,pre-upgrade", helm.sh/hook-delete-policy: before-hook-creation } }',
    );
    expect(await found([hook, service, webhook("$ca.Cert")].join("---\n"))).toMatchObject([
      { severity: "warning", reason: "SecretRegenerated", object: { kind: "Secret", name: "tls" } },
    ]);
    const other = '{{- $other := genCA "other-ca" 365 }}\n';
    expect(await found(other + [hook, service, webhook("$other.Cert")].join("---\n"))).toMatchObject([
      { severity: "error", reason: "ChangedByUpgrade", object: { kind: "ValidatingWebhookConfiguration" } },
    ]);
  });

  it("is an error when nothing that trusts it is renewed with it", async () => {
    expect(await found(secret())).toMatchObject([{ severity: "error", reason: "SecretRegenerated" }]);
  });

  it("is an error when the new caBundle does not trust it", async () => {
    const other = '{{- $other := genCA "other-ca" 365 }}\n';
    const findings = await found(other + [secret(), service, webhook("$other.Cert")].join("---\n"));
    expect(findings.map(({ severity, object }) => [severity, object?.kind])).toEqual([
      ["error", "Secret"],
      ["error", "ValidatingWebhookConfiguration"],
    ]);
  });

  it("is an error when a password is made anew next to it", async () => {
    const password = "stringData:\n  password: {{ randAlphaNum 20 }}\n";
    const findings = await found([secret(password), service, webhook("$ca.Cert")].join("---\n"));
    expect(findings).toMatchObject([{ severity: "error", object: { kind: "Secret" } }, { severity: "error" }]);
  });
});
