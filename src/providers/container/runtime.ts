import type * as Testcontainers from "testcontainers";
import { SeatrialError } from "../../errors/seatrial-error.ts";
import { readEnv } from "../../util/env.ts";

/** The client of a container engine, such as Docker or Podman. */
export type Runtime = Testcontainers.ContainerRuntimeClient;

/** What identifies the containers of one start. */
export const RUN_LABEL = "dev.seatrial.run";

const HTTP_STATUS = /^\(HTTP code \d+\) [a-z ]+ - /;

/** Connects to the container engine that testcontainers finds. Rejects with `SEATRIAL_PROVIDER`. */
export async function connectRuntime({ getContainerRuntimeClient }: typeof Testcontainers): Promise<Runtime> {
  try {
    return await getContainerRuntimeClient();
  } catch (cause) {
    const host = readEnv("DOCKER_HOST");
    const lines = ["The provider container found no container engine that answers"];
    lines.push(host === undefined ? "  DOCKER_HOST is not set" : `  DOCKER_HOST is ${host}`);
    throw new SeatrialError("SEATRIAL_PROVIDER", lines.join("\n"), {
      hint: "start Docker or Podman, or set DOCKER_HOST to where one listens; `docker info` shows whether it answers",
      cause,
    });
  }
}

/** Removes the containers of a run, running or not, with their volumes. Resolves with how many there were. */
export async function removeContainers({ container: { dockerode } }: Runtime, run: string): Promise<number> {
  const filters = { label: [`${RUN_LABEL}=${run}`] };
  const found = await dockerode.listContainers({ all: true, filters });
  await Promise.all(
    found.map(async ({ Id }) => {
      try {
        await dockerode.getContainer(Id).remove({ force: true, v: true });
      } catch (error) {
        const { statusCode } = error as { statusCode?: number };
        // It is gone, or somebody removes it already.
        if (statusCode !== 404 && statusCode !== 409) throw error;
      }
    }),
  );
  return found.length;
}

/** What the container engine answered: without the HTTP status, which has a wrong text for images. */
export function reasonOf(error: unknown): string {
  const { json, message } = error as { json?: { message?: string }; message?: string };
  return (json?.message ?? message?.replace(HTTP_STATUS, "") ?? String(error)).trim();
}
