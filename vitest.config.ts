import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

// Both projects name the same set-up file; it boots one control plane for the whole run and shares it.
const onControlPlane = {
  globalSetup: [here("src/vitest/global-setup.ts")],
  setupFiles: [here("src/vitest/index.ts")],
  testTimeout: 60_000,
  hookTimeout: 60_000,
};

export default defineConfig({
  resolve: {
    alias: [
      { find: /^seatrial$/, replacement: here("src/index.ts") },
      { find: /^seatrial\/vitest$/, replacement: here("src/vitest/index.ts") },
      { find: /^seatrial\/global-setup$/, replacement: here("src/vitest/global-setup.ts") },
      { find: /^seatrial\/matchers$/, replacement: here("src/matchers/index.ts") },
    ],
  },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["test/unit/**/*.test.ts"],
          setupFiles: [here("test/setup.ts")],
          // Builds of a small Go module from an empty cache take that long on a machine under load.
          testTimeout: 60_000,
        },
      },
      { extends: true, test: { name: "plane", include: ["test/plane/**/*.test.ts"], ...onControlPlane } },
      { extends: true, test: { name: "charts", include: ["charts/**/*.spec.ts"], ...onControlPlane } },
      {
        extends: true,
        test: {
          name: "acceptance",
          include: ["test/acceptance/**/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // Each file starts processes of its own; a small machine has no use for several at once.
          fileParallelism: false,
        },
      },
      {
        extends: true,
        test: {
          name: "reliability",
          include: ["test/reliability/**/*.test.ts"],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
      {
        extends: true,
        test: {
          name: "sandbox",
          include: ["test/sandbox/**/*.test.ts"],
          // In gVisor everything takes several times as long.
          testTimeout: 600_000,
          hookTimeout: 600_000,
        },
      },
    ],
  },
});
