import { readTemplateLines, type TemplateLine } from "./template-lines.ts";

/** Keys and indexes that lead to a field: `spec.ports.0.name`, or an array if a key has a dot. */
export type FieldPath = string | readonly (string | number)[];

/** A key or an item in the text of a template. */
interface Node {
  line: number;
  /** The column at which its key, or the content of the item, begins. */
  column: number;
  /** The line after its last line. */
  end: number;
}

/**
 * An object in the text of a template, whose fields can be looked up and changed although the text is not YAML. Fields below a
 * condition that is false with the values of the chart do not exist.
 */
export class TemplateObject {
  readonly file: string;
  readonly #start: number;
  readonly #values: unknown;
  readonly #store: (text: string) => void;
  #lines: TemplateLine[];
  #end: number;

  constructor(
    file: string,
    text: string,
    range: { start: number; end: number },
    context: { values: unknown; store: (text: string) => void },
  ) {
    this.file = file;
    this.#values = context.values;
    this.#store = context.store;
    this.#lines = readTemplateLines(text, this.#values);
    this.#start = range.start;
    this.#end = range.end;
  }

  get kind(): string {
    return this.value("kind") ?? "";
  }

  has(path: FieldPath): boolean {
    return this.#find(path) !== undefined;
  }

  /** The text after the key, without quotes; empty for a mapping or a list. `undefined` if the field does not exist. */
  value(path: FieldPath): string | undefined {
    const node = this.#find(path);
    if (node === undefined) return undefined;
    return this.#inline(node).replace(/^(["'])(.*)\1$/, "$2");
  }

  /** Replaces the value, or adds the field to a mapping that exists. A text of several lines is indented below the key. */
  set(path: FieldPath, value: string): void {
    const keys = toKeys(path);
    const node = this.#find(keys);
    const key = keys.at(-1);
    if (node === undefined) {
      this.add(keys.slice(0, -1), entry(String(key), value).join("\n"));
      return;
    }
    if (typeof key === "number") throw new Error(`${this.file}: ${path} is an item, and not a field`);
    this.#replace(node, entry(String(key), value));
  }

  rename(path: FieldPath, key: string): void {
    const node = this.#require(path);
    const line = this.#lines[node.line]?.text ?? "";
    const changed = line.slice(0, node.column) + line.slice(node.column).replace(/^[^:]+/, key);
    this.#splice(node.line, 1, [changed]);
  }

  /** Removes a field with everything below it, or an item of a list. */
  remove(path: FieldPath): void {
    const node = this.#require(path);
    const line = this.#lines[node.line]?.text ?? "";
    const marker = line.slice(0, node.column);
    const isItem = typeof toKeys(path).at(-1) === "number";
    const next = this.#lines[node.end];
    if (!isItem && marker.trim() === "-" && next?.isYaml === true && next.indent === node.column) {
      this.#splice(node.line, node.end - node.line + 1, [marker + next.text.slice(node.column)]);
    } else {
      this.#splice(node.line, node.end - node.line, []);
    }
  }

  /** Adds lines to the mapping at the path; without a path, to the object itself. */
  add(path: FieldPath, text: string): void {
    const keys = toKeys(path);
    const lines = text.split("\n");
    if (keys.length === 0) {
      this.#splice(this.#require("kind").end, 0, lines);
      return;
    }
    const node = this.#find(keys);
    if (node === undefined) {
      this.add(keys.slice(0, -1), entry(String(keys.at(-1)), text, true).join("\n"));
      return;
    }
    if (/^[{[]\s*[}\]]$/.test(this.#inline(node))) {
      this.#replace(node, entry(String(keys.at(-1)), text, true));
      return;
    }
    const [first] = this.#children(node, keys.at(-1));
    const column = first?.column ?? this.#expectedColumn(node);
    // Behind the first entry of an item: the entry shares its line with the hyphen.
    const isShared = first?.line === node.line;
    this.#splice(isShared && first !== undefined ? first.end : node.line + 1, 0, indented(lines, column));
  }

  /** Adds an item to the list at the path. */
  append(path: FieldPath, item: string): void {
    const last = this.#items(path).at(-1);
    if (last === undefined) throw new Error(`${this.file} has no list at ${path}`);
    const marker = (this.#lines[last.line]?.text ?? "").slice(0, last.column);
    const dash = marker.lastIndexOf("-");
    const [first = "", ...rest] = item.split("\n");
    this.#splice(last.end, 0, [marker + first, ...indented(rest, Math.max(last.column, dash + 2))]);
  }

  /** The number of items that the template itself writes. */
  count(path: FieldPath): number {
    return this.#items(path).length;
  }

  #items(path: FieldPath): Node[] {
    const node = this.#find(path);
    return node === undefined ? [] : this.#listItems(node);
  }

  #require(path: FieldPath): Node {
    const node = this.#find(path);
    if (node === undefined) throw new Error(`${this.file} has no ${path} in its ${this.kind}`);
    return node;
  }

  #find(path: FieldPath): Node | undefined {
    let node: Node | undefined = { line: this.#start - 1, column: -1, end: this.#end };
    let parent: string | number | undefined;
    for (const key of toKeys(path)) {
      if (node === undefined) return undefined;
      const outer: Node = node;
      if (typeof key === "number") node = this.#listItems(outer)[key];
      else node = this.#children(outer, parent).find((child) => this.#keyOf(child) === key);
      parent = key;
    }
    return node;
  }

  #keyOf({ line, column }: Node): string | undefined {
    return this.#lines[line]?.text.slice(column).match(/^(["']?)([^\s"':{}]+)\1:(?=\s|$)/)?.[2];
  }

  #inline({ line, column }: Node): string {
    const text = this.#lines[line]?.text.slice(column) ?? "";
    return text
      .replace(/^[^:]+:\s*/, "")
      .replace(/\s+#.*$/, "")
      .trim();
  }

  /** The entries of a mapping. Those of a list's item begin on the line of the item. */
  #children(node: Node, key: string | number | undefined): Node[] {
    const isItem = typeof key === "number";
    const heads: Omit<Node, "end">[] = isItem ? [{ line: node.line, column: node.column }] : [];
    let column = isItem ? node.column : undefined;
    for (let line = node.line + 1; line < node.end; line++) {
      const each = this.#lines[line];
      if (each === undefined || !each.isYaml || !each.isShown) continue;
      column ??= each.indent;
      if (each.indent === column && !/^-(\s|$)/.test(each.text.slice(column))) heads.push({ line, column });
    }
    return this.#withEnds(heads, node.end, column ?? 0);
  }

  #listItems(node: Node): Node[] {
    const heads: Omit<Node, "end">[] = [];
    let dash: number | undefined;
    for (let line = node.line + 1; line < node.end; line++) {
      const each = this.#lines[line];
      if (each === undefined || !each.isYaml || !each.isShown) continue;
      const marker = each.text.slice(each.indent).match(/^-\s+/)?.[0];
      dash ??= each.indent;
      if (marker !== undefined && each.indent === dash) heads.push({ line, column: dash + marker.length });
    }
    return this.#withEnds(heads, node.end, dash ?? 0);
  }

  // What a false condition hides ends an entry, too: it is not a part of the entry before it.
  #withEnds(heads: Omit<Node, "end">[], end: number, indent: number): Node[] {
    return heads.map((head) => {
      const isNext = ({ isYaml, indent: own, text }: TemplateLine) =>
        isYaml && (own < indent || (own === indent && (head.column > indent || !/^\s*-(\s|$)/.test(text))));
      const next = this.#lines.slice(head.line + 1, end).findIndex(isNext);
      return { ...head, end: this.#trim(head.line, next < 0 ? end : head.line + 1 + next) };
    });
  }

  // Control lines at the end of the range belong to it only as long as every block in it is opened and closed in it.
  #trim(line: number, end: number): number {
    let depth = 0;
    let balanced = line + 1;
    for (let index = line; index < end; index++) {
      const each = this.#lines[index];
      depth += each?.opens ?? 0;
      if (depth < 0 || (depth === 0 && each?.isElse === true && !each.isYaml)) break;
      if (depth === 0 && each?.text.trim() !== "" && !each?.text.trim().startsWith("#")) balanced = index + 1;
    }
    return Math.min(balanced, end);
  }

  #expectedColumn(node: Node): number {
    const content = this.#lines.slice(node.line + 1, node.end).map(({ text }) => text);
    const nested = content.join("\n").match(/\bnindent (\d+)/)?.[1];
    return nested === undefined ? node.column + 2 : Number(nested);
  }

  #replace(node: Node, lines: string[]): void {
    const marker = (this.#lines[node.line]?.text ?? "").slice(0, node.column);
    const [first = "", ...rest] = lines;
    this.#splice(node.line, node.end - node.line, [marker + first, ...indented(rest, node.column)]);
  }

  #splice(line: number, count: number, texts: readonly string[]): void {
    const lines = this.#lines.map(({ text }) => text);
    lines.splice(line, count, ...texts);
    this.#end += texts.length - count;
    const text = lines.join("\n");
    this.#lines = readTemplateLines(text, this.#values);
    this.#store(text);
  }
}

function toKeys(path: FieldPath): (string | number)[] {
  if (typeof path !== "string") return [...path];
  if (path === "") return [];
  return path.split(".").map((key) => (/^\d+$/.test(key) ? Number(key) : key));
}

function entry(key: string, value: string, isBlock = value.includes("\n")): string[] {
  return isBlock ? [`${key}:`, ...indented(value.split("\n"), 2)] : [`${key}: ${value}`];
}

function indented(lines: readonly string[], column: number): string[] {
  return lines.map((line) => (line === "" ? line : " ".repeat(column) + line));
}
