/** A word or phrase that these texts do not use. */
export interface ForbiddenWord {
  /** A space in the pattern matches any white space, a line break included. */
  pattern: RegExp;
  /** What to write instead. */
  write: string;
  /** Sentences that the pattern must find; the tests of this table read them. */
  bad: string[];
}

/** A text that may contain a forbidden word. */
export interface AllowedText {
  text: string;
  why: string;
}

/** One forbidden word in a file. */
export interface WordFinding {
  path: string;
  /** 1-based. */
  line: number;
  word: string;
  write: string;
}

const article = "(?:an?|the|its|their|each|every|all)";
const clauseWords = "(?:that|which|who|to|must|can|could|will|would|shall|should|may|might|not|and|or|but|if|when|as)";

export const forbiddenWords: ForbiddenWord[] = [
  {
    pattern: /\b(?:tells?|told|telling)\b(?!(?: \w+){0,2} apart\b)/,
    write: "report, say, show or print",
    bad: ["The message tells why.", "It is told that it failed.", "a test that tells nothing"],
  },
  {
    pattern: /\bmend(?:s|ed|ing|able)?\b/,
    write: "fix",
    bad: ["Way to mend it", "what mends it"],
  },
  {
    pattern: /(?<!\bthere )\b(?:is|are|was|were|be) no(?! (?:longer|more|different|problem|need|use)\b) /,
    write: "is not a …, or name what is wrong: invalid, missing",
    bad: ["X, which is no program", "values that are no mapping", "A path that is no chart"],
  },
  {
    pattern: /(?<!\bthere )\b(?:is|are|was|were) none\b/,
    write: "is not a …, or invalid",
    bad: ["an image name that is none", "where it is none"],
  },
  { pattern: /\bways? out\b/, write: "fix, or what to do", bad: ["The way out is the hint.", "with its way\nout"] },
  {
    pattern: /\bin vain\b/,
    write: "pointless, or without effect",
    bad: ["each place that was looked at in vain"],
  },
  { pattern: /\bfor ever\b/, write: "forever", bad: ["It waits for ever."] },
  { pattern: /\bbeside\b/, write: "next to, or besides", bad: ["the file beside it", "Beside Helm, kubectl"] },
  { pattern: /\bso many\b/, write: "the number", bad: ["exactly so many documents"] },
  { pattern: /\bmeanwhile\b/, write: "in the meantime", bad: ["Meanwhile the engine starts."] },
  { pattern: /\bfolders?\b/, write: "directory", bad: ["the data folder", "Folders are removed."] },
  {
    pattern: /\b(?:go|goes|going|went|gone) on\b(?! to\b)/,
    write: "continue",
    bad: ["The check goes on.", "going on"],
  },
  { pattern: /\b(?:comes?|came|coming) back\b/, write: "return", bad: ["It comes back at once.", "what came back"] },
  {
    pattern: new RegExp(`\\b(?:has|have|had|having) (?:(?!${clauseWords}\\b)[\\w'-]+ ){1,4}be\\b`),
    write: "makes … do, or marks … as",
    bad: ["It has a node be lost.", "to have Pods be evicted"],
  },
  {
    pattern: new RegExp(
      `\\b(?:has|have|had|having) (?:${article} )?(?:(?!${clauseWords}\\b)[\\w'-]+ ){1,2}(?:fail|behave|wait|undone|become)\\b`,
    ),
    write: "makes … do",
    bad: ["a rule that has a pull fail", "It has something undone.", "has containers behave"],
  },
  {
    pattern:
      /\b(?:do|does|did) not (?:count|hold)\b(?! (?:an?|the|its?|them|more|less|up)\b)|\b(?:these|those|latest|later|last|first|one) (?:counts?|holds)\b/,
    write: "applies, wins, or is in effect",
    bad: ["Warnings do not count.", "the later one holds", "Of two rules the latest counts."],
  },
  {
    pattern: /\bholds? (?:for (?!\d)|everywhere\b|there\b|here\b|until\b)/,
    write: "applies to, or is in effect",
    bad: ["The rule holds for all Pods.", "Stages hold until it ends."],
  },
  {
    pattern: /\b(?:hold|holds|held|holding) (?:\w+ ){0,2}up\b/,
    write: "delay, block, or keep from starting",
    bad: ["A quota holds it up.", "the object that holds up a namespace"],
  },
  {
    pattern: /\bput(?:s|ting)? (?:[\w'-]+ ){0,4}in place\b/,
    write: "apply, or create",
    bad: ["CRDs are put in place first.", "It puts the objects in place."],
  },
  {
    pattern: /\b(?:stand|stands|stood) in (?:the|its|their) way\b/,
    write: "prevent, or block",
    bad: ["a quota stands in the way", "what stands in their way"],
  },
  {
    pattern: /\b(?:takes?|took|taken) (?:\w+ ){0,5}(?:for|as) (?:lost|ready|dead|gone|made)\b/,
    write: "consider, or assume",
    bad: ["takes a node for lost", "A Secret is taken as made."],
  },
  { pattern: /\bwithout a word\b/, write: "silently", bad: ["Helm renders it without a word."] },
];

/** Texts that say a forbidden word and stay. Each needs a reason. */
export const allowedTexts: AllowedText[] = [
  { text: "tell users to", why: "advice for an author, who speaks to users" },
];

/**
 * The forbidden words in `prose`, which has the length and the lines of the file, and `\0` in place of everything that is
 * not prose.
 */
export function findWords(path: string, prose: string): WordFinding[] {
  const text = allowedTexts.reduce((rest, { text }) => rest.replaceAll(spaced(text, "gi"), blank), prose);
  const found = forbiddenWords.flatMap(({ pattern, write }) =>
    [...text.matchAll(spaced(pattern.source, "gi"))].map((match) => ({
      index: match.index,
      word: match[0].trim().replace(/\s+/g, " "),
      write,
    })),
  );
  return found
    .sort((one, other) => one.index - other.index)
    .map(({ index, word, write }) => ({ path, line: prose.slice(0, index).split("\n").length, word, write }));
}

/** A finding as one line for the reader. */
export function formatWordFinding({ path, line, word, write }: WordFinding): string {
  return `${path}:${line}: "${word}": write ${write}`;
}

/** As many characters as `text` that are not prose; line breaks stay. */
export function blank(text: string): string {
  return text.replace(/[^\n]/g, "\0");
}

function spaced(source: string, flags: string): RegExp {
  return new RegExp(source.replaceAll(" ", "\\s+"), flags);
}
