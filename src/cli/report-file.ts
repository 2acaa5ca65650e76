import { mkdir, open, rm, stat, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { SeatrialError } from "../errors/seatrial-error.ts";
import { UsageError } from "../errors/usage-error.ts";

/**
 * Creates the directory of the file that an option names, and checks that the file can be written: a run of minutes must not
 * end without its report. The content of the file stays. Rejects with `SEATRIAL_USAGE`.
 */
export async function checkReportFile(option: string, file: string): Promise<void> {
  const path = resolve(file);
  try {
    await mkdir(dirname(path), { recursive: true });
    const before = await stat(path).catch(() => undefined);
    // Opening a pipe waits for its reader.
    if (before?.isFIFO() === true) return;
    await (await open(path, "a")).close();
    if (before === undefined) await rm(path);
  } catch (error) {
    throw new UsageError(`${option} ${file}: the file cannot be written: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

/** Writes the report, and its directory if somebody removed that during the run. Rejects with `SEATRIAL_DISK`. */
export async function writeReportFile(option: string, file: string, text: string): Promise<void> {
  const path = resolve(file);
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  } catch (error) {
    throw new SeatrialError(
      "SEATRIAL_DISK",
      `${option} ${file}: the report was not written: ${(error as Error).message}`,
      {
        cause: error,
      },
    );
  }
}
