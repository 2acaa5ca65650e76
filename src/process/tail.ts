import { StringDecoder } from "node:string_decoder";

// How Go begins to report a crash. Only these lines name the cause; stacks of up to all goroutines follow.
const CRASH = /^(panic: |fatal error: |runtime: out of memory|unexpected fault address )/;
const CRASH_LINES = 5;

/** The last `count` lines; when a crash began before them, its first lines replace the oldest of them. */
export function lastLines(lines: readonly string[], count: number): string[] {
  const crash = lines.findIndex((line) => CRASH.test(line));
  const isSeen = crash === -1 || crash >= lines.length - count || count < 2 * CRASH_LINES;
  if (isSeen) return lines.slice(-count);
  return [...lines.slice(crash, crash + CRASH_LINES), "…", ...lines.slice(CRASH_LINES + 1 - count)];
}

/** Keeps the {@link lastLines} of an output, each up to a maximal length. */
export class Tail {
  readonly #maxLines: number;
  readonly #maxLineLength: number;
  readonly #decoder = new StringDecoder("utf8");
  #lines: string[] = [];
  #partial = "";

  /** @param maxLines how many lines are kept. @param maxLineLength how many characters of each line are kept. */
  constructor(maxLines = 200, maxLineLength = 2000) {
    this.#maxLines = maxLines;
    this.#maxLineLength = maxLineLength;
  }

  /** Adds a piece of output as it came from the pipe; a piece may end within a line or a character. */
  write(chunk: Uint8Array | string): void {
    const text = typeof chunk === "string" ? chunk : this.#decoder.write(Buffer.from(chunk));
    const pieces = (this.#partial + text).split("\n");
    this.#partial = (pieces.pop() ?? "").slice(0, this.#maxLineLength);
    for (const piece of pieces) this.#push(piece);
  }

  /** The last lines, oldest first, including an unfinished last one; blank lines are left out. */
  lines(count = this.#maxLines): string[] {
    const all = this.#partial.trim() === "" ? this.#lines : [...this.#lines, this.#partial];
    return lastLines(all, count);
  }

  #push(line: string): void {
    if (line.trim() === "") return;
    this.#lines.push(line.replace(/\r$/, "").slice(0, this.#maxLineLength));
    if (this.#lines.length > this.#maxLines) this.#lines = lastLines(this.#lines, this.#maxLines);
  }
}
