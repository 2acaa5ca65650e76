import { toValuesFiles } from "../chart/values-files.ts";
import { hideWords, RANDOM } from "../diff/hide-random.ts";
import { type CaseInputs, type ChartVersion, type Renderer, renderVersion } from "../diff/render-version.ts";
import { ChartError } from "../errors/chart-error.ts";
import type { JsonObject } from "../errors/seatrial-error.ts";
import type { HelmTemplateAnswer } from "../helm/types.ts";
import { overrideAll, switchedOff, switchOn, toOther } from "./change-value.ts";
import type { ValuePath } from "./value-path.ts";

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
  #own: Promise<Situation> | undefined;
  #on: Promise<Situation | undefined> | undefined;

  /** `answer` is the rendering of the case, with its values. */
  constructor(probed: ProbedCase, answer: HelmTemplateAnswer) {
    this.#case = probed;
    this.#answer = answer;
  }

  /**
   * The paths whose values change nothing that the chart renders, neither with other values nor without any: as the case is, and with
   * `everythingOn` also with everything switched on. An error of the chart is a change; the schema is not asked.
   */
  async withoutEffect(paths: readonly ValuePath[], { everythingOn }: { everythingOn: boolean }): Promise<ValuePath[]> {
    if (paths.length === 0) return [];
    this.#own ??= this.#situation([], this.#answer);
    const own = await this.#withoutEffectIn(await this.#own, paths);
    if (!everythingOn || own.length === 0) return own;
    this.#on ??= this.#observeEverythingOn();
    const on = await this.#on;
    return on === undefined ? own : await this.#withoutEffectIn(on, own);
  }

  // Most often none of them has an effect, which two renderings show.
  async #withoutEffectIn(situation: Situation, paths: readonly ValuePath[]): Promise<ValuePath[]> {
    if (!(await this.#haveEffect(situation, paths))) return [...paths];
    if (paths.length === 1) return [];
    const found: ValuePath[] = [];
    for (const path of paths) if (!(await this.#haveEffect(situation, [path]))) found.push(path);
    return found;
  }

  async #haveEffect(situation: Situation, paths: readonly ValuePath[]): Promise<boolean> {
    for (const change of [toOther, () => null]) {
      if (await this.#changes(situation, overrideAll(situation.values, paths, change))) return true;
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

  async #observeEverythingOn(): Promise<Situation | undefined> {
    const switches = await this.#switchEverythingOn();
    const on = switches && (await this.#tryRender([switches]));
    return switches === undefined || on === undefined ? undefined : await this.#situation([switches], on);
  }

  async #situation(files: JsonObject[], answer: HelmTemplateAnswer): Promise<Situation> {
    const again = answer.varies === true ? await this.#tryRender(files) : answer;
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
