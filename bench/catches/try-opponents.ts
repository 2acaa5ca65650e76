import { mkdir, readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { load } from "js-yaml";
import { startControlPlane } from "../../src/boot/start-control-plane.ts";
import type { KubeObject } from "../../src/kube/object-ref.ts";
import type { ControlPlane } from "../../src/plane/control-plane.ts";
import { given } from "../../src/sharing/given.ts";
import { installCrds } from "../../src/sharing/install-crds.ts";
import { mapLimit } from "../../src/util/map-limit.ts";
import { judgeComplaints } from "./judge-opponent.ts";
import { type HelmOpponents, openHelm } from "./opponents/helm.ts";
import { hasDefinitions, writeJsonSchemas } from "./opponents/json-schemas.ts";
import type { AbsentOpponent, Opponent, TriedChart } from "./opponents/opponent.ts";
import type { Outcomes } from "./outcomes.ts";
import type { SeededChart } from "./seeded-chart.ts";

/** A control plane to which the tools are pointed, of one version of Kubernetes. */
interface Stage {
  plane: ControlPlane;
  schemas: string;
}

/** Tries charts with other tools. */
export class Contest implements AsyncDisposable {
  readonly #dir: string;
  readonly #enginePath: string;
  readonly #helm: HelmOpponents;
  readonly #stages = new Map<string, Promise<Stage>>();
  readonly #complaints = new Map<string, Promise<Map<string, string[]>>>();
  readonly #opponents: readonly Opponent[];
  readonly absent: readonly AbsentOpponent[];

  private constructor(
    dir: string,
    enginePath: string,
    helm: HelmOpponents,
    others: { present: Opponent[]; absent: AbsentOpponent[] },
  ) {
    this.#dir = dir;
    this.#enginePath = enginePath;
    this.#helm = helm;
    this.#opponents = [...helm.opponents, ...others.present];
    this.absent = others.absent;
  }

  /** Builds the tools, or notes why one cannot be built. */
  static async open(
    dir: string,
    enginePath: string,
    helmVersion: string,
    openers: readonly Opener[],
  ): Promise<Contest> {
    const helm = await openHelm(enginePath, helmVersion, dir);
    const present: Opponent[] = [];
    const absent: AbsentOpponent[] = [];
    for (const { open, name, version, command } of openers) {
      try {
        present.push(await open());
      } catch (error) {
        const [first = ""] = String(error instanceof Error ? error.message : error).split("\n");
        absent.push({ name, version, command, absence: first });
      }
    }
    return new Contest(dir, enginePath, helm, { present, absent });
  }

  get opponents(): readonly Omit<Opponent, "complain">[] {
    return this.#opponents.map(({ name, version, command }) => ({ name, version, command }));
  }

  /** What each tool makes of a chart, for tools that have no outcome yet. */
  async judge(chart: SeededChart, outcomes: Outcomes): Promise<void> {
    if (this.#opponents.every(({ name }) => outcomes.get(chart.id, name) !== undefined)) return;
    const own = await this.complaintsOf(chart);
    const base = chart.base === undefined ? undefined : await this.#baseComplaints(chart, chart.base);
    for (const [name, texts] of own) {
      await outcomes.add(chart.id, name, judgeComplaints(chart, texts, base?.get(name) ?? []));
    }
  }

  /** The texts of each tool about a chart, without the paths of this run. */
  async complaintsOf(chart: Pick<SeededChart, "directory" | "releaseName" | "valuesFiles" | "kubeVersion">) {
    const { plane, schemas } = await this.#stage(chart.kubeVersion);
    const { labels, objects } = await readNamespaceSettings(chart.directory);
    await using namespace = await plane.namespace({ labels });
    await using _given =
      objects.length === 0 ? undefined : await given(objects, { namespace: namespace.name, controlPlane: plane });
    await using _crds = (await hasDefinitions(chart.directory))
      ? await installCrds(chart.directory, { controlPlane: plane }).catch(() => undefined)
      : undefined;
    const { directory, releaseName, valuesFiles, kubeVersion } = chart;
    const tried = {
      directory,
      releaseName,
      valuesFiles,
      kubeVersion,
      schemas,
      namespace: namespace.name,
      kubeconfig: plane.kubeconfigPath,
    };
    const rendered = await this.#helm.render(tried);
    const manifest =
      rendered === undefined ? undefined : await this.#keep(`${basename(directory)}-${kubeVersion ?? ""}`, rendered);
    const withManifest: TriedChart = { ...tried, manifest };
    const all = await Promise.all(
      this.#opponents.map(async ({ name, complain }): Promise<[string, string[]]> => {
        const texts = await complain(withManifest);
        return [name, texts.map((text) => withoutPaths(text, withManifest))];
      }),
    );
    return new Map(all);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const stage of this.#stages.values()) await (await stage).plane.stop();
  }

  #baseComplaints(chart: SeededChart, base: string): Promise<Map<string, string[]>> {
    const key = `${base}@${chart.kubeVersion ?? ""}`;
    let complaints = this.#complaints.get(key);
    if (complaints === undefined) {
      complaints = this.complaintsOf({ ...chart, directory: base, valuesFiles: [] });
      this.#complaints.set(key, complaints);
    }
    return complaints;
  }

  #stage(kubeVersion: string | undefined): Promise<Stage> {
    const key = kubeVersion ?? "";
    let stage = this.#stages.get(key);
    if (stage === undefined) {
      stage = startControlPlane({ enginePath: this.#enginePath, kubernetesVersion: kubeVersion }).then(
        async (plane) => ({
          plane,
          schemas: await writeJsonSchemas(plane, join(this.#dir, `schemas-${key}`)),
        }),
      );
      this.#stages.set(key, stage);
    }
    return stage;
  }

  async #keep(name: string, text: string): Promise<string> {
    const directory = join(this.#dir, "manifests");
    await mkdir(directory, { recursive: true });
    const path = join(directory, `${name}.yaml`);
    await writeFile(path, text);
    return path;
  }
}

/** A tool that has to be built first. */
export interface Opener {
  name: string;
  version: string;
  command: string;
  open(): Promise<Opponent>;
}

/** Judges all charts, two at a time. */
export async function tryOpponents(
  contest: Contest,
  charts: readonly SeededChart[],
  outcomes: Outcomes,
): Promise<void> {
  await mapLimit([...charts], 2, (chart) => contest.judge(chart, outcomes));
}

interface NamespaceSettings {
  labels: Record<string, string>;
  objects: KubeObject[];
}

// A namespace with rules of its own exists for every tool.
async function readNamespaceSettings(directory: string): Promise<NamespaceSettings> {
  const text = await readFile(join(directory, "ci", "seatrial.yaml"), "utf8").catch(() => "{}");
  const { namespace, given: objects = [] } = load(text) as {
    namespace?: { labels?: Record<string, string> };
    given?: KubeObject[];
  };
  return { labels: namespace?.labels ?? {}, objects };
}

function withoutPaths(text: string, { directory, manifest, namespace }: TriedChart): string {
  const short = text.replaceAll(directory, "CHART").replaceAll(namespace, "NAMESPACE");
  return manifest === undefined ? short : short.replaceAll(manifest, "MANIFEST");
}
