import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { makeTempDir, type TempDir } from "../../process/temp-dir.ts";
import type { InlineValues } from "./config-file.ts";

/** The values that are written in a seatrial.yaml, as values files. Disposing of them removes the files. */
export class InlineFiles implements AsyncDisposable {
  readonly #labels = new Map<string, string>();
  #directory: Promise<TempDir> | undefined;

  /** Writes values to a file and resolves with its absolute path; `label` is for people. */
  async write(values: InlineValues, label: string): Promise<string> {
    this.#directory ??= makeTempDir("seatrial-values-");
    const path = join((await this.#directory).path, `${this.#labels.size}.json`);
    this.#labels.set(path, label);
    await writeFile(path, JSON.stringify(values), { mode: 0o600 });
    return path;
  }

  /** Where the values of a file are written: `charts/web/ci/seatrial.yaml:7`; `undefined` for any other file. */
  labelOf(path: string): string | undefined {
    return this.#labels.get(path);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const directory = this.#directory;
    this.#directory = undefined;
    // Who wrote the values has got the error of a directory that could not be created.
    await (await directory?.catch(() => undefined))?.remove();
  }
}
