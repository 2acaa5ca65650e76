import { evaluateCondition } from "./condition.ts";

/** One line of a template. */
export interface TemplateLine {
  text: string;
  /** Spaces before the text. */
  indent: number;
  /** Whether it has a key or an item of YAML: not blank, not a comment, not only actions, not the content of a block scalar. */
  isYaml: boolean;
  /** Whether no condition around it is known to be false. */
  isShown: boolean;
  /** By how many blocks (`if`, `with`, `range`, `define`) the nesting is deeper after the line than before it. */
  opens: number;
  /** Whether the line is an `else`. */
  isElse: boolean;
}

interface Branch {
  shown: boolean | undefined;
  /** Whether an earlier branch of the same block is shown. */
  earlier: boolean | undefined;
}

const action = /\{\{-?\s*(.*?)\s*-?\}\}/g;

/** Reads the lines of a template. It is not YAML yet, so what a line is follows from its indentation and its actions. */
export function readTemplateLines(text: string, values: unknown): TemplateLine[] {
  const branches: Branch[] = [];
  let scalarIndent: number | undefined;
  let isInAction = false;
  return text.split("\n").map((line) => {
    const indent = line.length - line.trimStart().length;
    const wasInAction = isInAction;
    if (wasInAction ? line.includes("}}") : opensAction(line)) isInAction = !wasInAction;
    if (scalarIndent !== undefined && line.trim() !== "" && indent <= scalarIndent) scalarIndent = undefined;
    const isContent = scalarIndent !== undefined;
    const before = branches.length;
    let isElse = false;
    for (const [, code = ""] of line.matchAll(action)) isElse = follow(branches, code, values) || isElse;
    const rest = line.replace(action, "").trim();
    const isYaml = !wasInAction && !isInAction && !isContent && rest !== "" && !rest.startsWith("#");
    if (isYaml && /(?:^|\s)[|>][-+]?\d*$/.test(line.trimEnd())) scalarIndent = indent;
    const isShown = branches.every(({ shown }) => shown !== false);
    return { text: line, indent, isYaml, isShown, opens: branches.length - before, isElse };
  });
}

function opensAction(line: string): boolean {
  return line.lastIndexOf("{{") > line.lastIndexOf("}}");
}

/** Returns whether the action is an `else`. */
function follow(branches: Branch[], code: string, values: unknown): boolean {
  const [, word, condition = ""] = code.match(/^(if|with|range|define|block|else|end)\b\s*(.*)$/s) ?? [];
  if (word === undefined) return false;
  if (word === "end") branches.pop();
  else if (word === "else") {
    const top = branches.at(-1);
    if (top === undefined) return true;
    const inner = condition.replace(/^(?:if|with)\s+/, "");
    const own = inner === "" ? true : evaluateCondition(inner, values);
    const earlier = either(top.earlier, top.shown);
    top.shown = earlier === true ? false : earlier === undefined ? undefined : own;
    top.earlier = earlier;
    return true;
  } else {
    const isPlain = word === "define" || word === "block";
    const expression = condition.replace(/^\$\w+(?:\s*,\s*\$\w+)?\s*:?=\s*/, "");
    branches.push({ shown: isPlain ? true : evaluateCondition(expression, values), earlier: false });
  }
  return false;
}

function either(one: boolean | undefined, other: boolean | undefined): boolean | undefined {
  if (one === true || other === true) return true;
  return one === undefined || other === undefined ? undefined : false;
}
