import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import glob from "fast-glob";

const root = fileURLToPath(new URL("../../..", import.meta.url));

/** The text of a file of the repository. */
export function read(path: string): string {
  return readFileSync(`${root}/${path}`, "utf8");
}

/** Paths of files of the repository, sorted. */
export function find(patterns: string | string[]): string[] {
  return glob.sync(patterns, { cwd: root, ignore: ["**/node_modules/**"] }).sort();
}

/** The pages that people read. */
export const pages = find(["*.md", "docs/**/*.md"]);

/** The code blocks of a page in one language, without their fences. */
export function codeBlocks(page: string, language: string): string[] {
  const blocks = page.matchAll(/^```(\S*)\n([\s\S]*?)^```$/gm);
  return [...blocks].flatMap(([, own, text = ""]) => (own === language ? [text] : []));
}

/** A page without its code blocks. */
export function prose(page: string): string {
  return page.replace(/^```[\s\S]*?^```$/gm, "");
}

/** The headings of a page outside its code blocks, without the number signs. */
export function headings(page: string): string[] {
  return [...prose(page).matchAll(/^#{1,6} (.+)$/gm)].map(([, text = ""]) => text.trim());
}

/** The anchor that GitHub gives a heading. */
export function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");
}

/** The rows of the first table after `marker`: name in the first column, the rest as cells. Empty without such a table. */
export function tableAfter(page: string, marker: string): string[][] {
  const start = page.indexOf(marker);
  if (start === -1) return [];
  const table = /^\|.*\n\|[-| ]+\|\n((?:\|.*\n?)*)/m.exec(page.slice(start));
  return (table?.[1] ?? "")
    .trimEnd()
    .split("\n")
    .map((row) =>
      row
        .split(/(?<!\\)\|/)
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

/** What stands in backticks in a text. */
export function codeWords(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, word = ""]) => word);
}
