import { describe, expect, it } from "vitest";
import { allow, cronJob, danglingIn, manifestOf, object, workload } from "../../helpers/dangling-in.ts";

const secret = (name: string, ...keys: string[]) =>
  object("v1", "Secret", name, { stringData: Object.fromEntries(keys.map((key) => [key, "x"])) });
const settings = (name: string, ...keys: string[]) =>
  object("v1", "ConfigMap", name, { data: Object.fromEntries(keys.map((key) => [key, "x"])) });
const env = (kind: string, name: string, key: string, more = {}) => ({
  container: { env: [{ name: "A", valueFrom: { [`${kind}KeyRef`]: { name, key, ...more } } }] },
});
const volume = (source: object, mount = {}) => ({
  pod: { volumes: [{ name: "v", ...source }] },
  container: { volumeMounts: [{ name: "v", mountPath: "/v", ...mount }] },
});
const spec = "spec.template.spec";

describe("a key of a Secret or ConfigMap of the chart", () => {
  const own = [secret("pier", "password", "user"), settings("pier", "app.yaml", "log.yaml")];
  const container = `${spec}.containers[0]`;
  const items = [{ key: "missing.yaml", path: "a" }];

  it.each([
    [
      "an environment variable from a Secret",
      env("secret", "pier", "missing"),
      `${container}.env[0].valueFrom.secretKeyRef.key`,
    ],
    ["one from a ConfigMap", env("configMap", "pier", "missing"), `${container}.env[0].valueFrom.configMapKeyRef.key`],
    [
      "items of a Secret volume",
      volume({ secret: { secretName: "pier", items } }),
      `${spec}.volumes[0].secret.items[0].key`,
    ],
    [
      "items of a ConfigMap volume",
      volume({ configMap: { name: "pier", items } }),
      `${spec}.volumes[0].configMap.items[0].key`,
    ],
    [
      "items of a projected volume",
      volume({ projected: { sources: [{ secret: { name: "pier", items } }] } }),
      `${spec}.volumes[0].projected.sources[0].secret.items[0].key`,
    ],
    [
      "a file that is mounted alone",
      volume({ configMap: { name: "pier" } }, { subPath: "missing.yaml" }),
      `${container}.volumeMounts[0].subPath`,
    ],
  ])("must exist for %s", (_what, given, field) => {
    expect(danglingIn(manifestOf(...own, workload("pier", given)))).toEqual([
      expect.objectContaining({
        severity: "error",
        reason: "NoSuchKey",
        field,
        message: expect.stringMatching(/^(Secret|ConfigMap) "pier" has no key "missing(\.yaml)?"$/),
        hint: expect.stringMatching(/"(password|app\.yaml)"/),
      }),
    ]);
    const renamed = JSON.stringify(given).replaceAll(
      /"missing(\.yaml)?"/g,
      field.includes("ecret") ? '"user"' : '"app.yaml"',
    );
    expect(danglingIn(manifestOf(...own, workload("pier", JSON.parse(renamed) as object)))).toEqual([]);
  });

  it("may be in data, stringData and binaryData, and in an object that two hooks render", () => {
    const parts = object("v1", "Secret", "pier", { data: { a: "eA==" }, stringData: { b: "x" } });
    const binary = object("v1", "ConfigMap", "pier", { binaryData: { c: "eA==" } });
    const users = [env("secret", "pier", "a"), env("secret", "pier", "b"), env("configMap", "pier", "c")];
    const pods = users.map((given, at) => workload(`pier-${at}`, given));
    expect(danglingIn(manifestOf(parts, binary, ...pods))).toEqual([]);
    expect(danglingIn(manifestOf(parts, secret("pier", "d"), workload("pier", env("secret", "pier", "d"))))).toEqual(
      [],
    );
  });

  it("is named when it is misspelt", () => {
    expect(danglingIn(manifestOf(...own, workload("pier", env("secret", "pier", "pasword"))))).toMatchObject([
      { hint: 'did you mean "password"? It has "password", "user"' },
    ]);
  });

  it.each([
    ["is optional", [secret("pier", "a"), workload("pier", env("secret", "pier", "b", { optional: true }))]],
    ["is filled by nobody yet", [secret("pier"), workload("pier", env("secret", "pier", "b"))]],
    [
      "is filled by the token controller",
      [
        { ...secret("pier", "x"), type: "kubernetes.io/service-account-token" },
        workload("pier", env("secret", "pier", "token")),
      ],
    ],
    [
      "may be written by a program of the chart",
      [secret("pier", "a"), ...allow(["get", "patch"], ["secrets"]), workload("pier", env("secret", "pier", "b"))],
    ],
    [
      "is filled by a program that an annotation names",
      [
        {
          ...secret("pier", "a"),
          metadata: { name: "pier", annotations: { "replicator.v1.mittwald.de/replicate-from": "a/b" } },
        },
        workload("pier", env("secret", "pier", "b")),
      ],
    ],
    [
      "is of a Secret that a Certificate writes, too",
      [
        secret("pier", "a"),
        object("cert-manager.io/v1", "Certificate", "x", { spec: { secretName: "pier" } }),
        workload("pier", env("secret", "pier", "ca.crt")),
      ],
    ],
  ])("is not reported when it %s", (_why, objects) => {
    expect(danglingIn(manifestOf(...objects))).toEqual([]);
  });

  it("must exist for a custom resource, too", () => {
    const auth = (key: string) =>
      object("keda.sh/v1alpha1", "TriggerAuthentication", "pier", { spec: { secretKeyRef: { name: "pier", key } } });
    expect(danglingIn(manifestOf(...own, auth("pass")))).toMatchObject([
      { severity: "error", reason: "NoSuchKey", field: "spec.secretKeyRef.key" },
    ]);
    expect(danglingIn(manifestOf(...own, auth("password")))).toEqual([]);
  });
});

describe("a Secret, ConfigMap, claim or account of a Pod", () => {
  const names: [what: string, reason: string, make: (name: string) => object, existing: (name: string) => object][] = [
    ["a Secret", "NoSuchSecret", (name) => env("secret", name, "a"), (name) => secret(name, "a")],
    ["a ConfigMap", "NoSuchConfigMap", (name) => volume({ configMap: { name } }), (name) => settings(name, "a")],
    [
      "all of a Secret",
      "NoSuchSecret",
      (name) => ({ container: { envFrom: [{ secretRef: { name } }] } }),
      (name) => secret(name, "a"),
    ],
    [
      "all of a ConfigMap",
      "NoSuchConfigMap",
      (name) => ({ container: { envFrom: [{ configMapRef: { name } }] } }),
      (name) => settings(name, "a"),
    ],
    [
      "a claim",
      "NoSuchClaim",
      (claimName) => volume({ persistentVolumeClaim: { claimName } }),
      (name) => object("v1", "PersistentVolumeClaim", name),
    ],
    [
      "an account",
      "NoSuchServiceAccount",
      (serviceAccountName) => ({ pod: { serviceAccountName } }),
      (name) => object("v1", "ServiceAccount", name),
    ],
  ];

  it.each(names)("must exist for a CronJob, whose Pods no installation runs: %s", (_what, reason, make, existing) => {
    expect(danglingIn(manifestOf(cronJob("pier", make("pier-missing"))))).toMatchObject([
      { severity: "error", reason },
    ]);
    expect(danglingIn(manifestOf(cronJob("pier", make("pier-own")), existing("pier-own")))).toEqual([]);
    expect(danglingIn(manifestOf(cronJob("pier", make("theirs"))))).toMatchObject([{ severity: "warning", reason }]);
    const given = { given: ["pier-theirs"] };
    expect(danglingIn(manifestOf(cronJob("pier", make("pier-theirs"))), given)).toMatchObject([
      { severity: "warning" },
    ]);
  });

  it.each(names)(
    "is left to the installation when Pods run, unless it is misspelt: %s",
    (_what, reason, make, existing) => {
      expect(danglingIn(manifestOf(workload("pier", make("pier-missing"))))).toEqual([]);
      expect(danglingIn(manifestOf(workload("pier", make("pier-configs")), existing("pier-config")))).toMatchObject([
        { severity: "error", reason, hint: 'did you mean "pier-config"?' },
      ]);
    },
  );

  it("must exist for a workload without replicas and for a suspended Job", () => {
    const job = {
      ...workload("pier", { ...env("secret", "pier-a", "a"), spec: { suspend: true } }, "Job"),
      apiVersion: "batch/v1",
    };
    const idle = workload("pier", { ...env("secret", "pier-a", "a"), spec: { replicas: 0 } });
    expect(danglingIn(manifestOf(job))).toHaveLength(1);
    expect(danglingIn(manifestOf(idle))).toHaveLength(1);
  });

  const own = (name: string) => cronJob("pier", env("secret", name, "a"));
  it.each([
    [
      "a Certificate makes it",
      [own("pier-tls"), object("cert-manager.io/v1", "Certificate", "x", { spec: { secretName: "pier-tls" } })],
    ],
    [
      "an ExternalSecret makes it",
      [own("pier-a"), object("external-secrets.io/v1", "ExternalSecret", "pier-a", { spec: {} })],
    ],
    [
      "a SealedSecret makes it",
      [own("pier-a"), object("bitnami.com/v1alpha1", "SealedSecret", "pier-a", { spec: {} })],
    ],
    [
      "an operator makes it for a database",
      [own("pier-db-app"), object("postgresql.cnpg.io/v1", "Cluster", "pier-db")],
    ],
    ["a hook may create it", [own("pier-a"), ...allow(["create"], ["secrets"])]],
    ["a program of the chart may do everything", [own("pier-a"), ...allow(["*"], ["*"], ["*"])]],
    [
      "OpenShift makes it for an annotation",
      [
        own("pier-a"),
        {
          ...object("v1", "Service", "pier"),
          metadata: { name: "pier", annotations: { "service.beta.openshift.io/serving-cert-secret-name": "pier-a" } },
        },
      ],
    ],
    ["every namespace has it", [cronJob("pier", volume({ configMap: { name: "kube-root-ca.crt" } }))]],
    [
      "a StatefulSet makes the claim",
      [
        cronJob("pier", volume({ persistentVolumeClaim: { claimName: "data-pier-0" } })),
        workload("pier", { spec: { volumeClaimTemplates: [{ metadata: { name: "data" } }] } }, "StatefulSet"),
      ],
    ],
  ])("is not reported when %s", (_why, objects) => {
    expect(danglingIn(manifestOf(...objects))).toEqual([]);
  });
});

describe("other names in Pods and in what they use", () => {
  const pullSecret = (name: string) => workload("pier", { pod: { imagePullSecrets: [{ name }] } });
  const account = (name: string) => object("v1", "ServiceAccount", "pier", { imagePullSecrets: [{ name }] });

  it.each([
    ["a Pod", pullSecret, `${spec}.imagePullSecrets[0].name`],
    ["an account", account, "imagePullSecrets[0].name"],
  ])("are image pull secrets of %s", (_what, make, field) => {
    const own = { ...secret("pier-registry", ".dockerconfigjson"), type: "kubernetes.io/dockerconfigjson" };
    expect(danglingIn(manifestOf(own, make("pier-registri")))).toMatchObject([
      { severity: "error", reason: "NoSuchSecret", field },
    ]);
    expect(danglingIn(manifestOf(make("pier-registry")))).toMatchObject([{ severity: "warning", field }]);
    expect(danglingIn(manifestOf(own, make("pier-registry")))).toEqual([]);
    expect(danglingIn(manifestOf(make("regcred")))).toEqual([]);
  });

  it.each([
    ["PriorityClass", "scheduling.k8s.io/v1", (name: string) => workload("pier", { pod: { priorityClassName: name } })],
    ["RuntimeClass", "node.k8s.io/v1", (name: string) => workload("pier", { pod: { runtimeClassName: name } })],
    [
      "StorageClass",
      "storage.k8s.io/v1",
      (name: string) => object("v1", "PersistentVolumeClaim", "pier", { spec: { storageClassName: name } }),
    ],
    [
      "StorageClass",
      "storage.k8s.io/v1",
      (name: string) =>
        workload(
          "pier",
          { spec: { volumeClaimTemplates: [{ metadata: { name: "d" }, spec: { storageClassName: name } }] } },
          "StatefulSet",
        ),
    ],
    [
      "IngressClass",
      "networking.k8s.io/v1",
      (name: string) => object("networking.k8s.io/v1", "Ingress", "pier", { spec: { ingressClassName: name } }),
    ],
  ])("are a %s, which only the chart's own name proves wrong", (kind, apiVersion, make) => {
    const own = object(apiVersion, kind, "pier-fast");
    expect(danglingIn(manifestOf(own, make("pier-fats")))).toMatchObject([
      { severity: "error", reason: "NoSuchClass", hint: 'did you mean "pier-fast"?' },
    ]);
    expect(danglingIn(manifestOf(own, make("pier-fast")))).toEqual([]);
    expect(danglingIn(manifestOf(own, make("gp3")))).toEqual([]);
  });
});

describe("what other operators read", () => {
  const certificate = (name: string, kind = "Issuer") =>
    object("cert-manager.io/v1", "Certificate", "pier", { spec: { secretName: "x", issuerRef: { name, kind } } });
  const issuer = (kind: string) => object("cert-manager.io/v1", kind, "pier-ca", { spec: { selfSigned: {} } });

  it("is an Issuer of the chart", () => {
    expect(danglingIn(manifestOf(issuer("Issuer"), certificate("pier-cas")))).toMatchObject([
      { severity: "error", reason: "NoSuchIssuer", field: "spec.issuerRef.name", hint: 'did you mean "pier-ca"?' },
    ]);
    expect(danglingIn(manifestOf(issuer("Issuer"), certificate("pier-ca")))).toEqual([]);
    expect(danglingIn(manifestOf(certificate("letsencrypt", "ClusterIssuer")))).toEqual([]);
  });

  it("is the Secret of an Issuer, which a Certificate may make", () => {
    const authority = object("cert-manager.io/v1", "Issuer", "pier", { spec: { ca: { secretName: "pier-root" } } });
    expect(danglingIn(manifestOf(authority))).toMatchObject([
      { severity: "error", reason: "NoSuchSecret", field: "spec.ca.secretName" },
    ]);
    const root = object("cert-manager.io/v1", "Certificate", "pier-root", {
      spec: { secretName: "pier-root", issuerRef: { name: "pier", kind: "Issuer" } },
    });
    expect(danglingIn(manifestOf(authority, root))).toEqual([]);
    expect(danglingIn(manifestOf(authority), { given: ["pier-root"] })).toEqual([]);
  });

  it("is a SecretStore of the chart", () => {
    const external = (name: string) =>
      object("external-secrets.io/v1", "ExternalSecret", "pier", { spec: { secretStoreRef: { name } } });
    const store = object("external-secrets.io/v1", "SecretStore", "pier-vault");
    expect(danglingIn(manifestOf(store, external("pier-vaults")))).toMatchObject([
      { severity: "error", reason: "NoSuchStore" },
    ]);
    expect(danglingIn(manifestOf(store, external("pier-vault")))).toEqual([]);
    expect(danglingIn(manifestOf(external("company-vault")))).toEqual([]);
  });

  const ingress = (secretName: string, annotations = {}) => ({
    ...object("networking.k8s.io/v1", "Ingress", "pier", { spec: { tls: [{ secretName }] } }),
    metadata: { name: "pier", annotations },
  });

  it("is the Secret with an Ingress's certificate", () => {
    const own = secret("pier-cert", "tls.crt", "tls.key");
    expect(danglingIn(manifestOf(own, ingress("pier-certs")))).toMatchObject([
      { severity: "error", reason: "NoSuchSecret", field: "spec.tls[0].secretName" },
    ]);
    expect(danglingIn(manifestOf(own, ingress("pier-cert")))).toEqual([]);
    expect(danglingIn(manifestOf(secret("pier-cert", "tls.crt", "key"), ingress("pier-cert")))).toMatchObject([
      { severity: "error", reason: "NoSuchKey", message: 'Secret "pier-cert" has no key "tls.key"' },
    ]);
    expect(danglingIn(manifestOf(ingress("pier-cert")))).toMatchObject([{ severity: "warning" }]);
    expect(danglingIn(manifestOf(ingress("wildcard")))).toEqual([]);
  });

  it.each([
    ["the annotation of an Ingress", [ingress("pier-cert", { "cert-manager.io/cluster-issuer": "letsencrypt" })]],
    [
      "a Certificate",
      [ingress("pier-cert"), object("cert-manager.io/v1", "Certificate", "x", { spec: { secretName: "pier-cert" } })],
    ],
  ])("is not the Secret that cert-manager makes for %s", (_what, objects) => {
    expect(danglingIn(manifestOf(...objects))).toEqual([]);
  });
});
