import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

// Both projects name the same set-up file; it boots one control plane for the whole run and shares it.
const onControlPlane = {
  globalSetup: [here("src/vitest/global-setup.ts")],
  setupFiles: [here("src/vitest/index.ts")],
  // A process for each file would load @kubernetes/client-node 40 times, half a second each.
  isolate: false,
  testTimeout: 60_000,
  hookTimeout: 60_000,
};

// Files with a test that waits for a clock or takes long, longest first. They begin first, so that the others run in the meantime.
const patient = [
  "test/reliability/engine-paused.test.ts",
  "test/plane/controllers/controllers.test.ts",
  "test/plane/boot/long-life.test.ts",
  "test/acceptance/hostile.test.ts",
].map(here);

class PatientFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isPatient = ({ moduleId }: TestSpecification) => patient.includes(moduleId);
    return [...sorted.filter(isPatient), ...sorted.filter((file) => !isPatient(file))];
  }
}

const crowds = ["test/reliability/starts-many.test.ts"];

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
    // Most tests wait for processes and controllers. vitest's own choice is one worker on two cores, which leaves them idle.
    maxWorkers: Math.max(3, availableParallelism() - 1),
    sequence: { sequencer: PatientFirst },
    // Controllers, for which most of these calls wait, are late on a busy machine. vitest's own limit is 1 s.
    expect: { poll: { timeout: 30_000 } },
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["test/unit/**/*.test.ts"],
          setupFiles: [here("test/setup.ts")],
          isolate: false,
          // Builds of a small Go module from an empty cache take that long on a machine under load.
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      { extends: true, test: { name: "plane", include: ["test/plane/**/*.test.ts"], ...onControlPlane } },
      { extends: true, test: { name: "charts", include: ["charts/**/*.spec.ts"], ...onControlPlane } },
      {
        extends: true,
        test: {
          name: "providers",
          include: ["test/providers/**/*.test.ts"],
          // Each file starts a control plane of its own.
          setupFiles: [here("src/vitest/index.ts")],
          testTimeout: 120_000,
          // Upstream's programs are linked first.
          hookTimeout: 600_000,
        },
      },
      {
        extends: true,
        test: {
          name: "acceptance",
          include: ["test/acceptance/**/*.test.ts"],
          // A check takes many times as long on a busy machine; no check that is tested here waits that long by itself.
          testTimeout: 240_000,
          hookTimeout: 240_000,
        },
      },
      {
        extends: true,
        test: {
          name: "reliability",
          include: ["test/reliability/**/*.test.ts"],
          exclude: crowds,
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
      {
        extends: true,
        test: {
          name: "reliability-crowds",
          include: crowds,
          testTimeout: 180_000,
          hookTimeout: 180_000,
          // After all others: these tests need every core for themselves.
          sequence: { groupOrder: 1 },
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
