/** Why Helm cannot read the text of a `--set`, such as `a=1,b=2`; `undefined` for a text that it may be able to read. */
export function setProblem(text: string): string | undefined {
  if (!/^[^=]+=/.test(text)) return "it must be KEY=VALUE, as for helm";
  // What is escaped, and lists in braces, end neither a key nor a value.
  const bare = text.replace(/\\./gs, "_").replace(/=\{[^}]*\}/g, "=");
  for (const part of bare.split(",")) {
    const [key = ""] = part.split("=", 1);
    if (part !== "" && !part.includes("="))
      return `${JSON.stringify(part)} has no value: write \\, for a comma in a value, or {a,b} for a list`;
    const index = /\[([^\]]*)\]/.exec(key)?.[1];
    if (index !== undefined && !/^\d+$/.test(index))
      return `[${index}] is not the index of a list item, such as [0]: write a dot before the name of a key`;
  }
  return undefined;
}
