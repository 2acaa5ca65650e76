import { EVENT_ID, type Event, getScalarValue, type ParserOptions, parseEvents } from "js-yaml";
import { readIndented } from "./indent-flow.ts";
import type { DuplicateKey } from "./yaml.ts";

/** A key that a mapping has twice, with the lines of both. */
export interface RepeatedKey extends DuplicateKey {
  /** 1-based. */
  firstLine: number;
}

/** The keys and indexes that lead to a value of a document. */
export type YamlPath = readonly (string | number)[];

/** Where the values of a YAML document begin. */
export interface YamlLines {
  /** The line of a value's key, or of an item of a list, 1-based; of the nearest value around it when there is no such value. */
  lineOf(path: YamlPath): number;
  /** Keys that a mapping has twice, in order. */
  duplicates: RepeatedKey[];
}

interface Position {
  line: number;
  items: Map<string, Position>;
}

const options: ParserOptions = { filename: "" };

/** The lines of a document that `parseYaml` can read. */
export function readYamlLines(document: string): YamlLines {
  return readIndented(document, readLines);
}

function readLines(text: string): YamlLines {
  const duplicates: RepeatedKey[] = [];
  const lineAt = makeLineFinder(text);
  const events = parseEvents(text, options);
  let next = 0;

  const read = (line: number): Position => {
    const event = events[next++];
    const position: Position = { line, items: new Map() };
    if (event?.type === EVENT_ID.MAPPING) readMapping(position);
    else if (event?.type === EVENT_ID.SEQUENCE) readSequence(position);
    return position;
  };
  const readMapping = (position: Position) => {
    while (!isEnd(events[next])) {
      const key = events[next];
      const line = lineAt(startOf(key) ?? 0);
      if (key?.type !== EVENT_ID.SCALAR) read(line);
      else next++;
      const name = key?.type === EVENT_ID.SCALAR ? getScalarValue(text, key) : "";
      const first = position.items.get(name);
      if (first !== undefined && name !== "<<") duplicates.push({ key: name, line, firstLine: first.line });
      position.items.set(name, read(line));
    }
    next++;
  };
  const readSequence = (position: Position) => {
    for (let index = 0; !isEnd(events[next]); index++) {
      position.items.set(String(index), read(lineAt(startOf(events[next]) ?? 0)));
    }
    next++;
  };

  if (events[next]?.type === EVENT_ID.DOCUMENT) next++;
  const root = isEnd(events[next]) ? { line: 1, items: new Map() } : read(1);
  const lineOf = (path: YamlPath) => {
    let position: Position = root;
    for (const key of path) {
      const inner = position.items.get(String(key));
      if (inner === undefined) break;
      position = inner;
    }
    return position.line;
  };
  return { lineOf, duplicates };
}

function isEnd(event: Event | undefined): boolean {
  return event === undefined || event.type === EVENT_ID.POP;
}

function startOf(event: Event | undefined): number | undefined {
  switch (event?.type) {
    case EVENT_ID.SCALAR:
      return event.valueStart;
    case EVENT_ID.MAPPING:
    case EVENT_ID.SEQUENCE:
      return event.start;
    case EVENT_ID.ALIAS:
      return event.anchorStart;
    default:
      return undefined;
  }
}

function makeLineFinder(text: string): (offset: number) => number {
  const starts = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return (offset) => {
    const after = starts.findIndex((start) => start > offset);
    return after === -1 ? starts.length : after;
  };
}
