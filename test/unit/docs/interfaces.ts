/** One field of an interface. */
export interface Field {
  name: string;
  /** The text of its `@default`. */
  default: string | undefined;
}

/** The fields that an interface in a source file declares itself, in order. Throws when there is no such interface. */
export function fieldsOf(source: string, name: string): Field[] {
  const start = source.search(new RegExp(`^export interface ${name}\\b`, "m"));
  if (start === -1) throw new Error(`there is no interface ${name}`);
  const body = source.slice(start, source.indexOf("\n}\n", start));
  const members = body.matchAll(/(?:\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*)?^ {2}(?:readonly )?(\w+)\??:/gm);
  return [...members].map(([, comment, field = ""]) => ({ name: field, default: defaultOf(comment) }));
}

/** The names of the interfaces that a source file exports. */
export function interfaceNames(source: string): string[] {
  return [...source.matchAll(/^export interface (\w+)/gm)].map(([, name = ""]) => name);
}

function defaultOf(comment: string | undefined): string | undefined {
  return /@default ([^*]+)/.exec(comment ?? "")?.[1]?.trim();
}
