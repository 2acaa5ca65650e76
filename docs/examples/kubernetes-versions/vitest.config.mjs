import { defineConfig } from "vitest/config";

const project = (version) => ({
  extends: true,
  test: { name: version, globalSetup: "./global-setup.mjs" },
});

export default defineConfig({
  test: { setupFiles: "seatrial/vitest", projects: ["1.34", "1.35", "1.36", "1.37"].map(project) },
});
