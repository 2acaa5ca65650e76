import type { Output } from "../report/reporter.ts";
import { makeStyle, type Style } from "../report/style.ts";

/** A stream for text that people read, and how to write to it. */
export interface Terminal {
  output: Output;
  style: Style;
  /** Whether lines can be redrawn: on a terminal that is not a CI log. */
  isLive: boolean;
  /** The columns that text is wrapped to; unlimited without a terminal. */
  width: number;
}

/**
 * Opens a stream for text. Whether it is coloured is decided by `--color`/`--no-color`, else by NO_COLOR, else by FORCE_COLOR,
 * else by whether the stream is a terminal that shows colours.
 */
export function openTerminal(stream: NodeJS.WriteStream, color: boolean | undefined): Terminal {
  const isTerminal = stream.isTTY === true;
  const isDumb = process.env.TERM === "dumb";
  const output: Output = {
    write: (text) => {
      stream.write(text);
    },
    get columns() {
      return isTerminal ? stream.columns : undefined;
    },
  };
  return {
    output,
    style: makeStyle(color ?? colorFromEnvironment() ?? (isTerminal && !isDumb)),
    isLive: isTerminal && !isDumb && !isSet("CI"),
    width: isTerminal ? Math.max(40, stream.columns ?? 80) : Number.POSITIVE_INFINITY,
  };
}

function colorFromEnvironment(): boolean | undefined {
  if (isSet("NO_COLOR")) return false;
  if (isSet("FORCE_COLOR")) return process.env.FORCE_COLOR !== "0" && process.env.FORCE_COLOR !== "false";
  return undefined;
}

function isSet(name: string): boolean {
  return (process.env[name] ?? "") !== "";
}

/** Writes lines to a stream and resolves when they are handed over, or when nobody reads the stream any more. */
export function writeLines(stream: NodeJS.WriteStream, lines: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(lines.map((line) => `${line}\n`).join(""), (error) => {
      const isUnread = (error as NodeJS.ErrnoException | null | undefined)?.code === "EPIPE";
      if (error && !isUnread) reject(error);
      else resolve();
    });
  });
}
