import type { Output } from "./reporter.ts";
import { shortenTo } from "./text-width.ts";

const hideCursor = "\u001b[?25l";
const showCursor = "\u001b[?25h";
const eraseLine = "\u001b[0K";
const eraseBelow = "\u001b[0J";

/** A few lines at the bottom of a terminal that are redrawn again and again, below lines that stay. */
export class LiveRegion {
  readonly #output: Output;
  #height = 0;

  constructor(output: Output) {
    this.#output = output;
  }

  /** Replaces the region. Lines are cut to the terminal's width: a line that wraps would take an unknown number of rows. */
  draw(lines: readonly string[]): void {
    const width = Math.max(20, (this.#output.columns ?? 80) - 1);
    const shown = lines.map((line) => shortenTo(line, width));
    this.#replace(shown, this.#height === 0 ? hideCursor : "");
    this.#height = shown.length;
  }

  /** Writes lines that stay in place of the region, which has to be drawn again below them. */
  print(lines: readonly string[]): void {
    this.#replace(lines, "");
    // The cursor stays hidden until `clear`.
    this.#height = 0;
  }

  /** Removes the region and shows the cursor again. */
  clear(): void {
    this.#replace([], "");
    this.#output.write(showCursor);
    this.#height = 0;
  }

  // Line by line: some terminals keep a copy of the screen when everything is erased from its top.
  #replace(lines: readonly string[], begin: string): void {
    const toTop = this.#height === 0 ? "" : `\u001b[${this.#height}A\r`;
    this.#output.write(`${begin}${toTop}${lines.map((line) => `${line}${eraseLine}\n`).join("")}${eraseBelow}`);
  }
}
