import type { YamlPath } from "../../chart/yaml-lines.ts";
import type { Layer } from "./case-settings.ts";
import type { ChartConfig, RootConfig } from "./config-file.ts";
import type { ConfigProblem } from "./config-schema.ts";
import { type LayerSource, openLayer } from "./open-layer.ts";

/** The settings of a chart in one file. */
export interface ChartLayers {
  chart: Layer;
  /** By the names of the cases. */
  cases: Map<string, Layer>;
  /** The keys that lead to the settings in the file. */
  path: YamlPath;
}

/** The settings in the seatrial.yaml of a repository. */
export interface RootLayers {
  all: Layer;
  /** By the names and paths of the charts. */
  charts: Map<string, ChartLayers>;
}

/** What opens the settings of one file, and collects what is wrong with them. */
export class LayerOpener {
  readonly problems: ConfigProblem[] = [];
  readonly #source: Omit<LayerSource, "path">;

  constructor(source: Omit<LayerSource, "path">) {
    this.#source = source;
  }

  async openRoot({ charts, ...all }: RootConfig): Promise<RootLayers> {
    const opened = new Map<string, ChartLayers>();
    const own = await this.#open(all, []);
    for (const [key, chart] of Object.entries(charts ?? {})) {
      opened.set(key, await this.openChart(chart ?? {}, ["charts", key]));
    }
    return { all: own, charts: opened };
  }

  async openChart({ cases, ...chart }: ChartConfig, path: YamlPath = []): Promise<ChartLayers> {
    const opened = new Map<string, Layer>();
    const own = await this.#open(chart, path);
    for (const [name, config] of Object.entries(cases ?? {})) {
      opened.set(name, await this.#open(config ?? {}, [...path, "cases", name]));
    }
    return { chart: own, cases: opened, path };
  }

  async #open(config: ChartConfig, path: YamlPath): Promise<Layer> {
    const { layer, problems } = await openLayer(config, { ...this.#source, path });
    this.problems.push(...problems);
    return layer;
  }
}
