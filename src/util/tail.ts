import { StringDecoder } from "node:string_decoder";

/** Keeps the last lines of an output, and never more than a bounded number of characters of each. */
export class Tail {
  readonly #maxLines: number;
  readonly #maxLineLength: number;
  readonly #decoder = new StringDecoder("utf8");
  #lines: string[] = [];
  #partial = "";

  /** @param maxLines how many lines are kept. @param maxLineLength characters kept of each line. */
  constructor(maxLines = 200, maxLineLength = 2000) {
    this.#maxLines = maxLines;
    this.#maxLineLength = maxLineLength;
  }

  /** Takes in a piece of output as it came from the pipe; a piece may end within a line or a character. */
  write(chunk: Uint8Array | string): void {
    const text = typeof chunk === "string" ? chunk : this.#decoder.write(Buffer.from(chunk));
    const pieces = (this.#partial + text).split("\n");
    this.#partial = (pieces.pop() ?? "").slice(0, this.#maxLineLength);
    for (const piece of pieces) this.#push(piece);
  }

  /** The last lines, oldest first, with an unfinished one at the end; blank lines are left out. */
  lines(count = this.#maxLines): string[] {
    const all = this.#partial.trim() === "" ? this.#lines : [...this.#lines, this.#partial];
    return all.slice(-count);
  }

  #push(line: string): void {
    if (line.trim() === "") return;
    this.#lines.push(line.replace(/\r$/, "").slice(0, this.#maxLineLength));
    if (this.#lines.length > this.#maxLines) this.#lines = this.#lines.slice(-this.#maxLines);
  }
}
