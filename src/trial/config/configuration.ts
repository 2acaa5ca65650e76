import { stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { ChartCase } from "../../chart/ci-cases.ts";
import type { ManifestFile } from "../../chart/manifest-files.ts";
import { fromCwd } from "../../util/from-cwd.ts";
import { findCaseProblems, namesCiFile } from "./case-names.ts";
import { type CaseSettings, type Layer, mergeLayers } from "./case-settings.ts";
import { CONFIG_FILE, findChartConfig, findRepositoryRoot, findRootConfig } from "./find-config.ts";
import { InlineFiles } from "./inline-values.ts";
import { type ChartLayers, LayerOpener, type RootLayers } from "./open-layers.ts";
import { type ConfigFile, configError, readConfig } from "./read-config.ts";
import { findUnknownCharts, isChartKey, type NamedChart } from "./unknown-charts.ts";

/** A chart whose settings are looked up. */
export interface ConfiguredChart extends NamedChart {
  isPackaged: boolean;
}

/** A case with its settings. */
export interface ConfiguredCase extends ChartCase {
  settings: CaseSettings;
  /** A seatrial.yaml names the case. */
  isNamed: boolean;
  /** The case is not one of the chart's own: its default values and its files in `ci/`. */
  isNew: boolean;
}

interface RootFile extends RootLayers {
  path: string;
  file: ConfigFile<unknown>;
}

/** The files seatrial.yaml of a run. Disposing of it removes the files that their values were written to. */
export class Configuration implements AsyncDisposable {
  readonly #cwd: string;
  readonly #inline: InlineFiles;
  readonly #root: RootFile | undefined;

  private constructor(cwd: string, inline: InlineFiles, root: RootFile | undefined) {
    this.#cwd = cwd;
    this.#inline = inline;
    this.#root = root;
  }

  /** Reads the seatrial.yaml of the repository, if it has one. Rejects with `SEATRIAL_USAGE`, with all that is wrong in it. */
  static async open(cwd = "."): Promise<Configuration> {
    const directory = resolve(cwd);
    const inline = new InlineFiles();
    const path = await findRootConfig(directory);
    if (path === undefined) return new Configuration(directory, inline, undefined);
    const file = await readConfig("rootConfig", path, fromCwd(path, directory));
    const opener = new LayerOpener({ file, inline });
    try {
      const layers = await opener.openRoot(file.config);
      if (opener.problems.length > 0) throw configError(file, opener.problems);
      return new Configuration(directory, inline, { ...layers, path, file });
    } catch (error) {
      await inline[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** The objects that exist for the whole run. */
  get given(): readonly ManifestFile[] {
    return this.#root?.all.given ?? [];
  }

  /** A seatrial.yaml in the directory of a chart, which is not read unless it is the one of the repository. */
  async findUnread(chartPath: string): Promise<string | undefined> {
    const path = join(chartPath, CONFIG_FILE);
    if (path === this.#root?.path || (await stat(path).catch(() => undefined)) === undefined) return undefined;
    return fromCwd(path, this.#cwd);
  }

  /** Where inline values are written, for people; `undefined` for a values file. */
  labelOf(path: string): string | undefined {
    return this.#inline.labelOf(path);
  }

  /**
   * The cases of a chart with their settings, and the cases that the files seatrial.yaml add. Rejects with `SEATRIAL_USAGE`, with
   * all that is wrong in the chart's own file.
   */
  async configure(chart: ConfiguredChart, cases: readonly ChartCase[]): Promise<ConfiguredCase[]> {
    const known = cases.map(({ name }) => name);
    const fromRoot = this.#rootLayersOf(chart, known);
    const own = chart.isPackaged ? undefined : await this.#openChart(chart.path, known);
    const files = [...fromRoot, ...(own === undefined ? [] : [own])];
    const named = new Set(files.flatMap((layers) => [...layers.cases.keys()]));
    const added = [...named].filter((name) => !known.includes(name) && !namesCiFile(name));
    // Objects of all charts are created once, for the whole run.
    const all = this.#root === undefined ? [] : [{ ...this.#root.all, given: [] }];
    const base: Layer[] = [...all, ...files.map((layers) => layers.chart)];
    const newCases = added.map((name): ChartCase => ({ name, values: [] }));
    return [...cases, ...newCases].map(({ name, values }) => {
      const specific = files.flatMap((layers) => layers.cases.get(name) ?? []);
      return {
        name,
        values: [...base.flatMap((layer) => layer.values), ...values, ...specific.flatMap((layer) => layer.values)],
        settings: mergeLayers([...base, ...specific]),
        isNamed: named.has(name),
        isNew: !known.includes(name),
      };
    });
  }

  /** Rejects with `SEATRIAL_USAGE` for names under `charts` that no chart has, neither of the run nor at or below the file. */
  async checkCharts(charts: readonly NamedChart[]): Promise<void> {
    if (this.#root === undefined) return;
    const { file, charts: byKey } = this.#root;
    const problems = await findUnknownCharts([...byKey.keys()], charts, file.directory);
    if (problems.length > 0) throw configError(file, problems);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#inline[Symbol.asyncDispose]();
  }

  #rootLayersOf(chart: ConfiguredChart, known: readonly string[]): ChartLayers[] {
    if (this.#root === undefined) return [];
    const { file, charts } = this.#root;
    const fitting = [...charts].filter(([key]) => isChartKey(key, chart, file.directory));
    const problems = fitting.flatMap(([key, layers]) =>
      findCaseProblems(layers, known, !chart.isPackaged && !/[*?]/.test(key)),
    );
    if (problems.length > 0) throw configError(file, problems);
    return fitting.map(([, layers]) => layers);
  }

  async #openChart(chartPath: string, known: readonly string[]): Promise<ChartLayers | undefined> {
    const path = await findChartConfig(chartPath);
    if (path === undefined) return undefined;
    const file = await readConfig("chartConfig", path, fromCwd(path, this.#cwd));
    const tree = (await findRepositoryRoot(chartPath)) ?? chartPath;
    const opener = new LayerOpener({ file, inline: this.#inline, tree });
    const layers = await opener.openChart(file.config);
    const problems = [...opener.problems, ...findCaseProblems(layers, known, true)];
    if (problems.length > 0) throw configError(file, problems);
    return layers;
  }
}
