import { type Command, InvalidArgumentError, Option } from "commander";
import { podSecurityLevels } from "../kube/pod-security-level.ts";
import { isSkippable, type SkippableStep, skippableSteps } from "../trial/skippable-steps.ts";
import { collect } from "./collect.ts";
import type { CheckOptions } from "./commands/check.ts";
import { helmOption } from "./flags/helm-option.ts";
import { type ProviderFlag, parseProviderFlag, providerChoices } from "./flags/provider-flags.ts";

/** Adds `seatrial check`; `action` gets its paths and options. */
export function addCheck(program: Command, action: (paths: string[], options: CheckOptions) => void): void {
  program
    .command("check")
    .description(
      "lint, template, dry-run, install, test, upgrade and uninstall charts, and check that nothing is left behind",
    )
    .argument("[paths...]", "chart directories, .tgz files, directories that contain charts, or globs")
    .option(
      "--filter <text>",
      "only cases whose name `chart/case` contains the text or matches the glob, in which `*` is any text; repeatable",
      collect,
    )
    .option(
      "--crds <path>",
      "CustomResourceDefinitions that the charts expect in the cluster: a file, a directory or a glob; repeatable",
      collect,
    )
    .option(
      "--stages <path>",
      "kwok Stages, which define how other kinds of objects become ready: a file, a directory or a glob; repeatable",
      collect,
    )
    .option("--values <file>", "a values file for every case, after its own; repeatable", collect)
    .option(
      "--set <key=value>",
      "a value for every case, as for helm, which wins over all values files; repeatable",
      collect,
    )
    .option("--namespace <name>", "the namespace of every case, for charts that work in one namespace only")
    .option("--release-name <name>", "the release name of every case (default: the chart's name)")
    .option(
      "--given <path>",
      "objects that exist before the charts, such as Secrets, nodes and classes: a file, a directory or a glob; repeatable",
      collect,
    )
    .option(
      "--kube-version <version>",
      "the version of Kubernetes, such as 1.35, or 1.35.4 for an engine of it (default: the engine's own)",
    )
    .option("--kube-versions <versions>", "try the charts on each of these versions, such as 1.34,1.35,1.36", parseList)
    .option(
      "--install-on <versions>",
      "with several versions: where charts are also installed, or `all` (default: the newest)",
      parseList,
    )
    .option(
      "--api-versions <names>",
      "added to what charts see in .Capabilities.APIVersions when they are rendered without installing them; repeatable",
      parseList,
    )
    .option(
      "--as <user>",
      "who installs the charts: namespace-admin, who has Kubernetes' ClusterRole admin in the namespace, or a user with the rights of --given bindings",
    )
    .option("--as-group <group>", "with --as: a group of the user; repeatable", collect)
    .option("--skip-crds", "install the charts without their crds/, as `helm install --skip-crds` does")
    .addOption(
      new Option("--pod-security <level>", "the Pod Security level that the Pods of the charts have to pass").choices(
        podSecurityLevels,
      ),
    )
    .addOption(
      new Option("--provider <name>", "where the control plane comes from (default: engine)")
        .choices(providerChoices)
        .argParser(parseProvider),
    )
    .option("--kubeconfig <file>", "with --provider existing: the kubeconfig")
    .option("--context <name>", "with --provider existing: the context of the kubeconfig")
    .option("--cluster-uid <uid>", "with --provider existing: which cluster it is, as `seatrial doctor` prints it")
    .option("--allow-install", "with --provider existing: install the charts, instead of dry runs only")
    .option("--allow-cluster-scoped", "with --provider existing: create objects outside of namespaces, too")
    .option("--real-node", "run the Pods in containers on this machine, as root on Linux (see docs/real-node.md)")
    .option("--load-image <file>", "with --real-node: an archive of `docker save` for the node; repeatable", collect)
    .addOption(helmOption())
    .option("--helm-path <file>", "your own helm program, of version 3 or 4, installs and upgrades the charts")
    .option("--since <ref>", "only charts that changed since a commit of git, upgraded from what they were there")
    .option(
      "--from <chart>",
      "upgrade from this previous version: a chart's directory, a .tgz, a directory with charts, oci://…, or repo/chart@version",
    )
    .option("--repository-config <file>", "with --from: Helm's repositories.yaml, which has the URL of repo/")
    .option("--registry-config <file>", "with --from: the logins of registries, as `helm registry login` writes them")
    .option("--require-version-bump", "with --since: the version in Chart.yaml must go up when the chart changed")
    .option("--skip <steps>", `steps to leave out, separated by commas: ${skippableSteps.join(", ")}`, parseSteps)
    .option(
      "--allow <code[=kind/name]>",
      "findings that do not fail the chart and are listed as allowed, such as HookKept=Job/migrate-*; repeatable",
      collect,
    )
    .option("--strict", "warnings fail the chart, too")
    .option("--nodes <number>", "number of simulated nodes (default: 3)", parseNodes)
    .option("--fail-fast", "start no further case after the first one that does not pass")
    .option("--jobs <number>", "number of cases tried at the same time (default: the number of CPUs)", parseJobs)
    .option("--timeout <duration>", "time limit of one install, upgrade or uninstall (default: 1m)")
    .option("--shard <index/count>", "check one part of the cases, such as 2/5; the parts take about the same time")
    .option("--shard-times <file>", "with --shard: the JSON report of an earlier run, for its times")
    .option("--json", "print one JSON report to stdout, and nothing else")
    .option("--junit <file>", "also write a JUnit XML report")
    .addHelpText("after", checkHelpEnd)
    .action(action);
}

function parseProvider(value: string): ProviderFlag {
  const flag = parseProviderFlag(value);
  if (flag === undefined) throw new InvalidArgumentError(`Allowed choices are ${providerChoices.join(", ")}.`);
  return flag;
}

function parseSteps(value: string, previous: SkippableStep[] = []): SkippableStep[] {
  const names = value.split(",").map((name) => name.trim());
  const unknown = names.find((name) => !isSkippable(name));
  if (unknown !== undefined)
    throw new InvalidArgumentError(`${JSON.stringify(unknown)} is not one of ${skippableSteps.join(", ")}.`);
  return [...previous, ...names.filter(isSkippable)];
}

function parseList(value: string, previous: string[] = []): string[] {
  const names = value.split(",").map((name) => name.trim());
  if (names.includes("")) throw new InvalidArgumentError("It must be a list of names, separated by commas.");
  return [...previous, ...names];
}

function parseNodes(value: string): number {
  const nodes = Number(value);
  if (!/^\d+$/.test(value) || !Number.isSafeInteger(nodes))
    throw new InvalidArgumentError("It must be a whole number.");
  return nodes;
}

function parseJobs(value: string): number {
  const jobs = Number(value);
  if (!Number.isInteger(jobs) || jobs < 1) throw new InvalidArgumentError("It must be a whole number of at least 1.");
  return jobs;
}

const checkHelpEnd = `
Without paths, every Chart.yaml below the working directory is checked, except in node_modules and in the \`charts/\`
of another chart. Each chart is tried with its default values and then with every ci/*-values.yaml. Each of these cases
has its own namespace on one control plane. Warnings are listed and fail a chart only with --strict. Containers are simulated.
A seatrial.yaml here or above, and ci/seatrial.yaml of a chart, have settings and more cases (docs/configuration.md); options win.

examples:
  seatrial check
  seatrial check charts/web --filter 'web/ci/*'
  seatrial check 'charts/*' --jobs 4 --junit report.xml`;
