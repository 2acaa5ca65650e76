import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Writes a chart whose admission certificate is made by hooks, as that of ingress-nginx is: two Jobs with an account and roles each. */
export async function writeHookChart(dir: string): Promise<string> {
  const path = join(dir, "hooks");
  await mkdir(join(path, "templates"), { recursive: true });
  await writeFile(join(path, "Chart.yaml"), "apiVersion: v2\nname: hooks\nversion: 0.1.0\n");
  const hooks = [...group("create", "pre"), ...group("patch", "post")];
  await writeFile(join(path, "templates/hooks.yaml"), hooks.map((hook) => JSON.stringify(hook)).join("\n---\n"));
  return path;
}

function group(name: string, when: "pre" | "post"): object[] {
  const annotations = {
    "helm.sh/hook": `${when}-install,${when}-upgrade`,
    "helm.sh/hook-delete-policy": "before-hook-creation,hook-succeeded",
  };
  const metadata = { name, annotations };
  const api = "rbac.authorization.k8s.io";
  const container = { name: "app", image: "example.com/certgen:1" };
  return [
    { apiVersion: "v1", kind: "ServiceAccount", metadata },
    { apiVersion: `${api}/v1`, kind: "Role", metadata, rules: [] },
    {
      apiVersion: `${api}/v1`,
      kind: "RoleBinding",
      metadata,
      subjects: [{ kind: "ServiceAccount", name }],
      roleRef: { apiGroup: api, kind: "Role", name },
    },
    {
      apiVersion: "batch/v1",
      kind: "Job",
      metadata,
      spec: { template: { spec: { restartPolicy: "OnFailure", serviceAccountName: name, containers: [container] } } },
    },
  ];
}
