import { access, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { ChartError } from "../errors/chart-error.ts";
import { UsageError } from "../errors/usage-error.ts";
import { makeTempDir } from "../process/temp-dir.ts";
import { describe } from "../util/check-options.ts";

/** Values files on disk. Disposing of them removes the files that seatrial wrote. */
export interface ValuesFiles extends AsyncDisposable {
  /** Absolute, later ones win. */
  readonly paths: string[];
}

type ValuesObject = { readonly [key: string]: unknown };

/**
 * Values as files, as an operator passes them to Helm. An object is written as JSON to a private directory: numbers and
 * strings arrive as they are, where `--set` would guess. Rejects with `SEATRIAL_VALUES` for a file that does not exist.
 */
export async function toValuesFiles(
  values: string | ValuesObject | readonly (string | ValuesObject)[] | undefined,
): Promise<ValuesFiles> {
  const items =
    values === undefined
      ? []
      : Array.isArray(values)
        ? (values as (string | ValuesObject)[])
        : [values as string | ValuesObject];
  const objects = items.filter((item) => typeof item !== "string");
  const directory = objects.length === 0 ? undefined : await makeTempDir("seatrial-values-");
  const dispose = async () => directory?.remove();
  try {
    const paths: string[] = [];
    for (const [index, item] of items.entries()) {
      if (typeof item === "string") paths.push(await existingFile(item));
      else paths.push(await writeValues(join(directory?.path ?? "", `${index}.json`), item));
    }
    return { paths, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

async function existingFile(path: string): Promise<string> {
  const absolute = resolve(path);
  try {
    await access(absolute);
  } catch (error) {
    throw new ChartError("SEATRIAL_VALUES", `The values file ${path} cannot be read`, {
      file: path,
      hint: `relative paths start at the working directory, ${resolve(".")}`,
      cause: error,
    });
  }
  return absolute;
}

async function writeValues(path: string, values: ValuesObject): Promise<string> {
  if (typeof values !== "object" || values === null || Array.isArray(values)) {
    throw new UsageError(`values must be a file, an object or a list of these, got ${describe(values)}`);
  }
  await writeFile(path, JSON.stringify(values, rejectUnwritable), { mode: 0o600 });
  return path;
}

// JSON cannot express these values; they would silently become null or disappear.
function rejectUnwritable(key: string, value: unknown): unknown {
  const isNumber = typeof value === "number" && !Number.isFinite(value);
  if (isNumber || ["function", "symbol", "bigint"].includes(typeof value)) {
    throw new UsageError(
      `values: "${key}" cannot be written to a values file, got ${isNumber ? String(value) : describe(value)}`,
    );
  }
  return value;
}
