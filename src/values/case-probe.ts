import { toValuesFiles } from "../chart/values-files.ts";
import { hideWords, RANDOM } from "../diff/hide-random.ts";
import { type CaseInputs, type ChartVersion, type Renderer, renderVersion } from "../diff/render-version.ts";
import { ChartError } from "../errors/chart-error.ts";
import type { JsonObject, JsonValue } from "../errors/seatrial-error.ts";
import type { HelmTemplateAnswer } from "../helm/types.ts";
import { overrideOf, switchedOff, switchOn, toOther } from "./change-value.ts";
import { type ValuePath, valueAt } from "./value-path.ts";

/** A case of a chart, and how it is rendered. */
export interface ProbedCase {
  renderer: Renderer;
  version: ChartVersion;
  inputs: CaseInputs;
}

// Booleans that cannot be switched on together are tried one by one.
const MAX_SWITCHES = 40;

/** Renders one case of a chart with other values, to see whether they change anything. */
export class CaseProbe {
  readonly #case: ProbedCase;
  readonly #answer: HelmTemplateAnswer;
  #situations: Promise<Situation[]> | undefined;

  /** `answer` is the rendering of the case, with its values. */
  constructor(probed: ProbedCase, answer: HelmTemplateAnswer) {
    this.#case = probed;
    this.#answer = answer;
  }

  /**
   * Whether another value at the path, or none, changes what the chart renders: as the case is, or with everything switched on. An
   * error of the chart is a change; the schema is not asked.
   */
  async hasEffect(path: ValuePath): Promise<boolean> {
    this.#situations ??= this.#observe();
    for (const situation of await this.#situations) {
      const { values } = situation;
      const other = toOther(valueAt(values, path) as JsonValue | undefined);
      for (const value of [other, null]) {
        if (await this.#changes(situation, overrideOf(values, path, value))) return true;
      }
    }
    return false;
  }

  async #changes({ files, stable, second }: Situation, override: JsonObject): Promise<boolean> {
    const one = await this.#tryRender([...files, override]);
    if (one === undefined) return true;
    const first = textOf(one);
    if (first === stable) return false;
    // Only what two renderings of the same values have in common can be compared.
    if (second === undefined || stable === RANDOM) return true;
    return hideWords(first, second) !== stable;
  }

  async #observe(): Promise<Situation[]> {
    const own = await this.#situation([], this.#answer);
    const switches = await this.#switchEverythingOn();
    if (switches === undefined) return [own];
    const on = await this.#tryRender([switches]);
    return on === undefined ? [own] : [own, await this.#situation([switches], on)];
  }

  async #situation(files: JsonObject[], answer: HelmTemplateAnswer): Promise<Situation> {
    const again = await this.#tryRender(files);
    const [first, second] = [textOf(answer), textOf(again ?? answer)];
    const values = answer.values ?? {};
    if (first === second) return { files, values, stable: first, second: undefined };
    return { files, values, stable: hideWords(first, second), second };
  }

  // What is false may switch off what reads a value.
  async #switchEverythingOn(): Promise<JsonObject | undefined> {
    const off = switchedOff(this.#answer.values);
    if (off.length === 0) return undefined;
    if ((await this.#tryRender([switchOn(off)])) !== undefined) return switchOn(off);
    let accepted: string[][] = [];
    for (const path of off.slice(0, MAX_SWITCHES)) {
      const more = [...accepted, path];
      if ((await this.#tryRender([switchOn(more)])) !== undefined) accepted = more;
    }
    return accepted.length === 0 ? undefined : switchOn(accepted);
  }

  async #tryRender(files: readonly JsonObject[]): Promise<HelmTemplateAnswer | undefined> {
    const { renderer, version, inputs } = this.#case;
    await using written = await toValuesFiles(files);
    const changed = { ...version, values: [...version.values, ...written.paths] };
    try {
      return await renderVersion(renderer, changed, inputs, { withValues: true, skipSchemaValidation: true });
    } catch (error) {
      if (error instanceof ChartError) return undefined;
      throw error;
    }
  }
}

/** Values with which a case is rendered, and what is in each of its renderings. */
interface Situation {
  files: JsonObject[];
  values: JsonObject;
  /** The rendering, without what differs between two of them. */
  stable: string;
  /** Another rendering with the same values; `undefined` when it was the same. */
  second: string | undefined;
}

function textOf({ manifest, hooks, notes }: HelmTemplateAnswer): string {
  return [manifest, ...hooks.map((hook) => JSON.stringify(hook)), notes].join("\n---\n");
}
