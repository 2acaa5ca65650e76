import { editDistance, nearestName } from "../util/text/nearest-name.ts";

const MIN_WORD = 4;
const LONG_WORD = 8;

/**
 * Whether a name is most probably meant to be the other one: in one of its words, which has at least four letters, one letter
 * is wrong, missing, or has changed its place with the next, or two letters of a long word; or only a separator differs.
 * Digits are never misspelt: `web-1` and `web-2` are two names.
 */
export function isTypo(name: string, meant: string): boolean {
  if (name === meant || withoutDigits(name) === withoutDigits(meant)) return false;
  const words = wordsOf(name);
  const others = wordsOf(meant);
  if (words.length !== others.length) return words.join("") === others.join("");
  const different = words.flatMap((word, at) => (word === others[at] ? [] : [[word, others[at] ?? ""] as const]));
  const [pair] = different;
  if (pair === undefined) return true;
  return different.length === 1 && isMisspelt(...pair);
}

function isMisspelt(word: string, meant: string): boolean {
  const length = Math.min(word.length, meant.length);
  if (length < MIN_WORD) return false;
  return editDistance(word, meant) <= (length < LONG_WORD ? 1 : 2) || isTransposed(word, meant);
}

function isTransposed(word: string, meant: string): boolean {
  const at = [...word].findIndex((letter, index) => letter !== meant[index]);
  const swapped = `${word.slice(0, at)}${word[at + 1] ?? ""}${word[at]}${word.slice(at + 2)}`;
  return at !== -1 && swapped === meant;
}

function wordsOf(name: string): string[] {
  return name.split(/[-._/]/);
}

function withoutDigits(text: string): string {
  return text.replace(/\d+/g, "0");
}

/** The known name that is most similar: with few changes, or with words more or fewer at one end. */
export function likelyName(name: string, known: readonly string[]): string | undefined {
  return nearestName(name, known) ?? known.find((other) => extendsName(name, other) || extendsName(other, name));
}

/** Whether a name consists of another one and more words: `web-api` of `web`. */
export function extendsName(name: string, base: string): boolean {
  return base !== "" && (name.startsWith(`${base}-`) || name.endsWith(`-${base}`));
}

/** Whether the words of one name, which dashes separate, are among those of another, one after the other. */
export function includesWords(name: string, words: string): boolean {
  return words !== "" && `-${name}-`.includes(`-${words}-`);
}

/** `"a", "b" and 3 more` */
export function quoteSome(names: readonly string[]): string {
  const shown = names.slice(0, 5).map((name) => JSON.stringify(name));
  const more = names.length - shown.length;
  return more > 0 ? `${shown.join(", ")} and ${more} more` : shown.join(", ");
}
