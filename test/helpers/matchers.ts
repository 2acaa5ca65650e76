import { stripVTControlCharacters } from "node:util";
import { expect } from "vitest";
import * as matchers from "../../src/matchers/index.ts";

expect.extend(matchers);

// Messages are coloured on a terminal; snapshots contain only the text.
expect.addSnapshotSerializer({
  test: (value) => value instanceof Error,
  serialize: (error: Error) => `[${error.name}: ${stripVTControlCharacters(error.message)}]`,
});
