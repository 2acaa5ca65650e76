import { generateKeyPair, randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

/** The files that kube-apiserver reads or writes. */
export interface EnvtestFiles {
  /** The directory in which it keeps its own certificate. */
  certificates: string;
  tokens: string;
  accountKey: string;
  /** The administrator's token. */
  token: string;
}

const RSA_BITS = 2048;

/** Writes the files into a private directory: a token for the administrator, and the key that signs ServiceAccounts' tokens. */
export async function writeEnvtestFiles(dir: string): Promise<EnvtestFiles> {
  const files = {
    certificates: join(dir, "certificates"),
    tokens: join(dir, "tokens.csv"),
    accountKey: join(dir, "service-accounts.key"),
    token: randomBytes(32).toString("hex"),
  };
  await mkdir(files.certificates, { mode: 0o700 });
  await writeFile(files.tokens, `${files.token},admin,admin,system:masters\n`, { mode: 0o600 });
  const { privateKey } = await promisify(generateKeyPair)("rsa", { modulusLength: RSA_BITS });
  await writeFile(files.accountKey, privateKey.export({ type: "pkcs1", format: "pem" }), { mode: 0o600 });
  return files;
}

/** The administrator's kubeconfig as JSON, once kube-apiserver has written its certificate; else `undefined`. */
export async function readAdminKubeconfig(
  { certificates, token }: EnvtestFiles,
  port: number,
): Promise<string | undefined> {
  const certificate = await readFile(join(certificates, "apiserver.crt")).catch(() => undefined);
  if (certificate === undefined || certificate.length === 0) return undefined;
  const server = `https://127.0.0.1:${port}`;
  const name = "envtest";
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name, cluster: { server, "certificate-authority-data": certificate.toString("base64") } }],
    users: [{ name, user: { token } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    "current-context": name,
  });
}
