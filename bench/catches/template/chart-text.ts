import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { dump, load, loadAll } from "js-yaml";
import { isMapping } from "../../../src/util/is-mapping.ts";
import { valueAt } from "./condition.ts";
import { readTemplateLines } from "./template-lines.ts";
import { TemplateObject } from "./template-object.ts";

type Values = Record<string, unknown>;

/** A chart as texts in memory, to change and to write to a directory. */
export class ChartText {
  readonly files: Map<string, Buffer>;
  values: Values;

  constructor(files: ReadonlyMap<string, Buffer>, known?: Values) {
    this.files = new Map(files);
    this.values = known ?? readValues(this.read("values.yaml") ?? "");
  }

  /**
   * Reads a chart's directory. The values file of a case, such as `ci/ha-values.yaml`, becomes a part of `values.yaml`; `ci/` and
   * specs are left out.
   */
  static async load(directory: string, valuesFile?: string): Promise<ChartText> {
    const entries = await readdir(directory, { recursive: true, withFileTypes: true });
    const files = new Map<string, Buffer>();
    const paths = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
    for (const path of paths.sort()) {
      const name = relative(directory, path).split(sep).join("/");
      if (/^(?:ci\/|tests?\/|[^/]*\.spec\.ts$)/.test(name)) continue;
      files.set(name, await readFile(path));
    }
    const chart = new ChartText(files);
    if (valuesFile === undefined) return chart;
    const more = load(await readFile(join(directory, valuesFile), "utf8"));
    if (isMapping(more)) chart.values = merge(chart.values, more);
    chart.#storeValues();
    return chart;
  }

  copy(): ChartText {
    return new ChartText(this.files, structuredClone(this.values));
  }

  read(file: string): string | undefined {
    return this.files.get(file)?.toString("utf8");
  }

  write(file: string, text: string): void {
    this.files.set(file, Buffer.from(text));
  }

  /** Replaces the first match in a file. Returns whether there was one. */
  replace(file: string, pattern: string | RegExp, by: string): boolean {
    const before = this.read(file);
    const after = before?.replace(pattern, by);
    if (after === undefined || after === before) return false;
    this.write(file, after);
    return true;
  }

  value(path: string): unknown {
    return valueAt(this.values, path.split("."));
  }

  setValue(path: string, value: unknown): void {
    const keys = path.split(".");
    const parent = valueAt(this.values, keys.slice(0, -1));
    if (!isMapping(parent)) throw new Error(`values.yaml has no mapping for ${path}`);
    parent[keys.at(-1) ?? ""] = value;
    this.#storeValues();
  }

  /** The templates of the chart itself that render objects. */
  templates(): string[] {
    return [...this.files.keys()].filter((file) => /^templates\/(?:.*\/)?[^_/][^/]*\.ya?ml$/.test(file));
  }

  /** The objects of a kind that the templates render with the values, as far as their conditions can be judged. */
  objects(...kinds: readonly string[]): TemplateObject[] {
    const mayHave = (file: string) => kinds.some((kind) => this.read(file)?.includes(`kind: ${kind}`));
    return this.templates()
      .filter(mayHave)
      .flatMap((file) => this.#objectsIn(file))
      .filter(({ kind }) => kinds.includes(kind));
  }

  /** Writes all files below `directory`. */
  async save(directory: string): Promise<void> {
    for (const [file, text] of this.files) {
      const path = join(directory, file);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, text);
    }
  }

  #objectsIn(file: string): TemplateObject[] {
    const text = this.read(file) ?? "";
    const lines = readTemplateLines(text, this.values);
    const starts = lines.flatMap((line, index) => (line.isYaml && /^---\s*$/.test(line.text) ? [index + 1] : []));
    return [0, ...starts].flatMap((start, index) => {
      const end = starts[index] === undefined ? lines.length : starts[index] - 1;
      const kind = lines.slice(start, end).find(({ isYaml, text }) => isYaml && /^kind:/.test(text));
      if (kind === undefined || !kind.isShown) return [];
      const store = (changed: string) => this.write(file, changed);
      return [new TemplateObject(file, text, { start, end }, { values: this.values, store })];
    });
  }

  #storeValues(): void {
    this.write("values.yaml", dump(this.values));
  }
}

// A broken chart may have a file that is empty, or not YAML: then there are no values to change.
function readValues(text: string): Values {
  try {
    const [values] = loadAll(text);
    return isMapping(values) ? values : {};
  } catch {
    return {};
  }
}

function merge(base: Values, more: Values): Values {
  const merged = { ...base };
  for (const [key, value] of Object.entries(more)) {
    const own = merged[key];
    if (value === null) delete merged[key];
    else merged[key] = isMapping(own) && isMapping(value) ? merge(own, value) : value;
  }
  return merged;
}
