import { blank } from "./words.ts";

// Each function returns a text with the length and the lines of its source: prose as it is, `\0` in place of all else.

/** Where prose stands in a source file. */
interface Piece {
  kind: "string" | "comment";
  start: number;
  end: number;
}

type Language = "ts" | "go";

/** The prose of a Markdown page: no code, no link targets, no titles of tests that a table names. */
export function proseOfPage(page: string): string {
  const withoutBlocks = page.replace(/^```[\s\S]*?^```$/gm, blank);
  const withoutTitles = withoutBlocks.replace(/`(?:test|engine)\/[^`]+`: [^|\n]*/g, blank);
  return withoutTitles.replace(/`[^`]+`/g, blank).replace(/\]\([^)\s]+\)/g, blank);
}

/** The comments and string literals of a TypeScript or Go source. A literal without a space is a name, not prose. */
export function proseOfSource(source: string, language: Language): string {
  const pieces = findPieces(source, language).filter(
    ({ kind, start, end }) => kind === "comment" || /\S\s+\S/.test(source.slice(start, end)),
  );
  return keep(source, pieces);
}

/** The titles of the tests in a TypeScript source: of `it`, `test` and `describe`, and of their `each` and `skipIf`. */
export function proseOfTitles(source: string): string {
  const pieces = findPieces(source, "ts").filter(
    ({ kind, start }) =>
      kind === "string" && /(?:\b(?:it|test|describe)(?:\.\w+)*|\))\(\s*$/.test(source.slice(0, start - 1)),
  );
  return keep(source, pieces);
}

function keep(source: string, pieces: Piece[]): string {
  let end = 0;
  let text = "";
  for (const piece of pieces) {
    text += betweenPieces(source.slice(end, piece.start)) + source.slice(piece.start, piece.end);
    end = piece.end;
  }
  const all = text + betweenPieces(source.slice(end));
  return all
    .replace(/`[^`\n]+`|\{@\w+ [^}]+\}/g, blank)
    .replace(/^\s*\*(?=\s)/gm, (margin) => margin.replace("*", " "));
}

// Comments on neighbouring lines are one text, so that a phrase is found across them.
function betweenPieces(code: string): string {
  return /^\s*\/\/$/.test(code) ? code.replace(/\//g, " ") : blank(code);
}

function findPieces(source: string, language: Language): Piece[] {
  const pieces: Piece[] = [];
  // One entry for each `${` that is open: how many braces are open in it.
  const braces: number[] = [];
  let at = 0;
  const readTemplate = () => {
    const start = at;
    while (at < source.length && source[at] !== "`" && !source.startsWith("${", at)) at += source[at] === "\\" ? 2 : 1;
    pieces.push({ kind: "string", start, end: at });
    if (source[at] === "`") at += 1;
    else {
      at += 2;
      braces.push(0);
    }
  };
  const take = (kind: Piece["kind"], pattern: RegExp, skip: number) => {
    pattern.lastIndex = at + skip;
    const length = pattern.exec(source)?.[0].length ?? source.length;
    pieces.push({ kind, start: at + skip, end: at + skip + length });
    at += skip + length;
  };
  while (at < source.length) {
    const char = source[at];
    if (source.startsWith("//", at)) take("comment", /[^\n]*/y, 2);
    else if (source.startsWith("/*", at)) take("comment", /[\s\S]*?(?=\*\/)/y, 2);
    else if (char === '"') take("string", /(?:\\.|[^"\\\n])*/y, 1);
    else if (char === "'" && language === "ts") take("string", /(?:\\.|[^'\\\n])*/y, 1);
    else if (char === "`" && language === "go") take("string", /[^`]*/y, 1);
    else if (char === "`") {
      at += 1;
      readTemplate();
      continue;
    } else if (char === "'") at += (/'(?:\\.[^']*|[^'\\])'/y.exec(source.slice(at))?.[0].length ?? 1) - 1;
    else if (char === "/" && language === "ts") at += regexLength(source, at) - 1;
    else if (char === "{" && braces.length > 0) braces.push((braces.pop() ?? 0) + 1);
    else if (char === "}" && braces.length > 0) {
      const open = braces.pop() ?? 0;
      if (open === 0) {
        at += 1;
        readTemplate();
        continue;
      }
      braces.push(open - 1);
    } else {
      at += 1;
      continue;
    }
    // Past the closing quote, the end of a comment, or the character itself.
    at += source.startsWith("*/", at) ? 2 : 1;
  }
  return pieces;
}

/** The length of the regular expression at `at`, or 1 for a division. */
function regexLength(source: string, at: number): number {
  if (!/(?:^|[(,=:[!&|?{};+]|\breturn|=>)\s*$/.test(source.slice(Math.max(0, at - 80), at))) return 1;
  const pattern = /\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/[a-z]*/y;
  pattern.lastIndex = at;
  return pattern.exec(source)?.[0].length ?? 1;
}
