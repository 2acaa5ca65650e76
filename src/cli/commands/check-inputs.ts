import { readFile } from "node:fs/promises";
import { type ManifestFile, readManifestFiles } from "../../chart/manifest-files.ts";
import { setProblem } from "../../chart/set-syntax.ts";
import { isBlank, parseYaml, YamlSyntaxError } from "../../chart/yaml.ts";
import { UsageError } from "../../errors/usage-error.ts";
import { parseAllowance } from "../../findings/rules/allowance.ts";
import type { PodSecurityLevel } from "../../kube/pod-security-level.ts";
import type { ControlPlane } from "../../plane/control-plane.ts";
import { type Deployer, NAMESPACE_ADMIN, namespaceAdmin } from "../../rbac/deployer.ts";
import type { GivenObjects } from "../../sharing/given-objects.ts";
import type { SkippableStep } from "../../trial/skippable-steps.ts";
import type { TrialInputs } from "../../trial/trial-inputs.ts";
import { isMapping } from "../../util/is-mapping.ts";

/** The options of `seatrial check` that say what all trials are given. */
export interface CheckInputOptions {
  values?: string[];
  set?: string[];
  namespace?: string;
  releaseName?: string;
  given?: string[];
  as?: string;
  asGroup?: string[];
  skipCrds?: boolean;
  podSecurity?: PodSecurityLevel;
  skip?: SkippableStep[];
  allow?: string[];
  strict?: boolean;
  apiVersions?: string[];
}

const namespaceName = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/;
const releaseName = /^[a-z0-9](?:[-a-z0-9]{0,51}[a-z0-9])?$/;

/** Checks the options and reads the objects of `--given`. Rejects with `SEATRIAL_USAGE`: no chart is tried with wrong options. */
export async function readInputs(options: CheckInputOptions): Promise<ManifestFile[]> {
  const { values = [], set = [], given = [], allow = [] } = options;
  for (const text of allow) parseAllowance(text);
  checkDeployer(options);
  for (const file of values) await checkValues(file);
  checkSetTexts("--set", set);
  checkName("--namespace", options.namespace, namespaceName, 63);
  checkName("--release-name", options.releaseName, releaseName, 53);
  return given.length === 0 ? [] : readManifestFiles(given, { plural: "objects of --given" });
}

/** Throws a `SEATRIAL_USAGE` error for a text that Helm cannot read. */
export function checkSetTexts(option: "--set" | "--set-string", texts: readonly string[]): void {
  for (const text of texts) {
    const problem = setProblem(text);
    if (problem !== undefined) throw new UsageError(`${option} ${text}: ${problem}`);
  }
}

/** What the trials are given, once the objects of `--crds` and `--given` exist. */
export async function toTrialInputs(
  options: CheckInputOptions,
  plane: ControlPlane,
  given: GivenObjects,
): Promise<TrialInputs> {
  // Helm's own list has the built-in kinds.
  const served = await plane.kube.discovery.all();
  const apiVersions = served.flatMap(({ apiVersion, kind }) => [apiVersion, `${apiVersion}/${kind}`]);
  return {
    set: options.set ?? [],
    namespace: options.namespace,
    releaseName: options.releaseName,
    given,
    as: toDeployer(options),
    skipCrds: options.skipCrds,
    podSecurity: options.podSecurity,
    skip: options.skip,
    rules: { allowances: (options.allow ?? []).map(parseAllowance), isStrict: options.strict === true },
    apiVersions: [...new Set(apiVersions)],
    addedApiVersions: options.apiVersions,
  };
}

function checkDeployer({ as, asGroup }: CheckInputOptions): void {
  if (as === "") throw new UsageError("--as must not be empty");
  if (asGroup === undefined) return;
  if (as === undefined) throw new UsageError("--as-group requires --as");
  if (as === NAMESPACE_ADMIN) {
    throw new UsageError(
      `--as-group cannot be used with --as ${NAMESPACE_ADMIN}, who has the ClusterRole admin and no other`,
    );
  }
}

function toDeployer({ as, asGroup = [] }: CheckInputOptions): Deployer | undefined {
  if (as === undefined) return undefined;
  return as === NAMESPACE_ADMIN ? namespaceAdmin() : { user: as, groups: asGroup };
}

async function checkValues(file: string): Promise<void> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`--values ${file}: the file cannot be read: ${error.code ?? error.message}`, { cause: error });
  });
  try {
    if (isBlank(text) || isMapping(parseYaml(text))) return;
  } catch (error) {
    if (!(error instanceof YamlSyntaxError)) throw error;
    throw new UsageError(`--values ${file}: it is not valid YAML: ${error.message}`, { cause: error });
  }
  throw new UsageError(`--values ${file}: it is not a YAML mapping`);
}

function checkName(option: string, name: string | undefined, pattern: RegExp, limit: number): void {
  if (name === undefined || pattern.test(name)) return;
  throw new UsageError(
    `${option} ${name}: a name has at most ${limit} lower-case letters, digits and "-", and begins and ends with a letter or a digit`,
  );
}
