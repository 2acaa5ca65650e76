import { request } from "node:http";
import { SeatrialError } from "../errors/seatrial-error.ts";

const ANSWER_TIMEOUT_MS = 10_000;

/**
 * Asks the engine service behind a unix socket something small and resolves with its JSON answer; with `undefined` when
 * nobody listens there. Rejects with `SEATRIAL_ENGINE_SERVICE` when somebody does and gives no answer within `timeoutMs`.
 */
export function askEngine(
  socketPath: string,
  method: "GET" | "POST",
  path: string,
  timeoutMs = ANSWER_TIMEOUT_MS,
): Promise<{ pid?: number } | undefined> {
  return new Promise((resolve, reject) => {
    const call = request({ socketPath, method, path, agent: false, headers: { host: "engine" } }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("error", fail);
      answer.on("end", () => {
        try {
          resolve(JSON.parse(Buffer.concat(chunks).toString("utf8")) as { pid?: number });
        } catch (error) {
          fail(error);
        }
      });
    });
    const fail = (error: unknown) => {
      const { code } = error as NodeJS.ErrnoException;
      // A socket that is gone, and one whose process is dead.
      if (code === "ENOENT" || code === "ECONNREFUSED") return resolve(undefined);
      reject(
        new SeatrialError("SEATRIAL_ENGINE_SERVICE", `The engine at ${socketPath} gives no answer: ${String(error)}`, {
          hint: "`seatrial down` and `seatrial up` start another",
          cause: error,
        }),
      );
    };
    call.setTimeout(timeoutMs, () => call.destroy(new Error(`none within ${timeoutMs} ms`)));
    call.on("error", fail);
    call.end();
  });
}
