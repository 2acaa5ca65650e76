import { readFile } from "node:fs/promises";
import type { TemplateOptions } from "../../release/options.ts";

/** The values files and `--set` texts of a trial: a user has chosen what is in them. */
export async function givenText({ values = [], set = [] }: TemplateOptions): Promise<string> {
  const files = [values].flat().filter((file) => typeof file === "string");
  const texts = await Promise.all(files.map((file) => readFile(file, "utf8").catch(() => "")));
  return [...texts, ...(Array.isArray(set) ? set : [])].join("\n");
}
