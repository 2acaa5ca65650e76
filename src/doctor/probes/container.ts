import { findTestcontainers } from "../../providers/container/load-testcontainers.ts";
import type { ContainerFacts } from "../facts.ts";

/** Whether the packages of the provider container are installed. They are not loaded. */
export function probeContainer(): ContainerFacts {
  try {
    return { testcontainers: findTestcontainers().version, problem: null };
  } catch (error) {
    const [problem = null] = (error as Error).message.split("\n");
    return { testcontainers: null, problem };
  }
}
