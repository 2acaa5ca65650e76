import type { Output } from "./reporter.ts";
import { shortenTo } from "./style.ts";

const hideCursor = "\u001b[?25l";
const showCursor = "\u001b[?25h";
const eraseLine = "\u001b[0K";
const eraseBelow = "\u001b[0J";

/** A few lines at the bottom of a terminal that are drawn again and again, below lines that stay. */
export class LiveRegion {
  readonly #output: Output;
  #height = 0;

  constructor(output: Output) {
    this.#output = output;
  }

  /** Replaces the region. Lines are cut to the terminal's width: a wrapped line would break the count of rows. */
  draw(lines: readonly string[]): void {
    const width = Math.max(20, (this.#output.columns ?? 80) - 1);
    const shown = lines.map((line) => shortenTo(line, width));
    this.#replace(shown, this.#height === 0 ? hideCursor : "");
    this.#height = shown.length;
  }

  /** Writes lines that stay, above the region. The region has to be drawn again afterwards. */
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

  // Line by line: erasing everything from the top of the screen makes some terminals keep a copy of what was there.
  #replace(lines: readonly string[], begin: string): void {
    const toTop = this.#height === 0 ? "" : `\u001b[${this.#height}A\r`;
    this.#output.write(`${begin}${toTop}${lines.map((line) => `${line}${eraseLine}\n`).join("")}${eraseBelow}`);
  }
}
