import { isMapping } from "../../../src/util/is-mapping.ts";

/**
 * Whether a condition of a template is true with these values; `undefined` when that cannot be seen from the values alone, as for
 * a variable, a helper or a capability. Knows `.Values.a.b`, `not`, `and`, `or` and parentheses.
 */
export function evaluateCondition(expression: string, values: unknown): boolean | undefined {
  const tokens = expression.match(/[()]|"[^"]*"|[^\s()]+/g) ?? [];
  const { answer, rest } = evaluateTerm(tokens, values);
  return rest.length === 0 ? answer : undefined;
}

interface Evaluated {
  answer: boolean | undefined;
  rest: string[];
}

function evaluateTerm([first, ...rest]: string[], values: unknown): Evaluated {
  if (first === "(") {
    const close = closingIndex(rest);
    return { answer: evaluateTerm(rest.slice(0, close), values).answer, rest: rest.slice(close + 1) };
  }
  if (first === "not") {
    const { answer, rest: after } = evaluateTerm(rest, values);
    return { answer: answer === undefined ? undefined : !answer, rest: after };
  }
  if (first === "and" || first === "or") return { answer: combine(first, evaluateAll(rest, values)), rest: [] };
  const path = first?.match(/^\$?\.Values\.([\w.]+)$/)?.[1];
  // A function call: its arguments are a part of it.
  if (path === undefined) return { answer: undefined, rest: [] };
  return { answer: isTrue(valueAt(values, path.split("."))), rest };
}

function evaluateAll(tokens: string[], values: unknown): (boolean | undefined)[] {
  const answers: (boolean | undefined)[] = [];
  for (let rest = tokens; rest.length > 0; ) {
    const term = evaluateTerm(rest, values);
    answers.push(term.answer);
    rest = term.rest;
  }
  return answers;
}

function combine(operator: "and" | "or", answers: readonly (boolean | undefined)[]): boolean | undefined {
  const decisive = operator === "or";
  if (answers.includes(decisive)) return decisive;
  return answers.includes(undefined) ? undefined : !decisive;
}

function closingIndex(tokens: readonly string[]): number {
  let depth = 1;
  for (const [index, token] of tokens.entries()) {
    if (token === "(") depth++;
    else if (token === ")" && --depth === 0) return index;
  }
  return tokens.length;
}

/** The value at a path of keys; `undefined` if there is none. */
export function valueAt(values: unknown, path: readonly string[]): unknown {
  let value = values;
  for (const key of path) {
    if (!isMapping(value)) return undefined;
    value = value[key];
  }
  return value;
}

// As Go's templates: empty texts, lists and mappings are false.
function isTrue(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (isMapping(value)) return Object.keys(value).length > 0;
  return Boolean(value);
}
