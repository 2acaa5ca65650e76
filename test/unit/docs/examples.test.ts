import { describe, expect, it } from "vitest";
import { statePaths } from "../../../src/background/state-directory.ts";
import { codeBlocks, find, read } from "./pages.ts";

const page = read("docs/sandboxes.md");
const stages = find("docs/examples/stages/*");
const versions = find("docs/examples/kubernetes-versions/*");
const examples = find("docs/examples/**/*").filter((path) => ![...stages, ...versions].includes(path));
const languages: Record<string, string> = { sh: "sh", json: "json", yaml: "yaml" };

describe("docs/stages.md", () => {
  it.each(stages)("shows %s whole", (path) => {
    expect(codeBlocks(read("docs/stages.md"), "yaml")).toContain(read(path));
  });

  it("has examples to show", () => {
    expect(stages).toHaveLength(2);
  });
});

describe("docs/kubernetes-versions.md", () => {
  it.each(versions)("shows %s whole", (path) => {
    expect(codeBlocks(read("docs/kubernetes-versions.md"), "js")).toContain(read(path));
  });

  it("has examples to show", () => {
    expect(versions).toHaveLength(2);
  });
});

describe("docs/sandboxes.md", () => {
  it.each(examples)("shows %s whole", (path) => {
    const language = languages[path.split(".").at(-1) ?? ""] ?? "";
    expect(codeBlocks(page, language)).toContain(read(path));
  });

  it("has examples to show", () => {
    expect(examples.length).toBeGreaterThan(3);
  });

  it("names in the devcontainer the kubeconfig of the state directory that it sets", () => {
    const { containerEnv, remoteEnv } = JSON.parse(read("docs/examples/devcontainer/devcontainer.json"));
    const { kubeconfigPath } = statePaths(containerEnv.SEATRIAL_STATE_DIR);
    expect(remoteEnv.KUBECONFIG).toBe(kubeconfigPath);
  });

  it("lets the hook run the script that the page puts next to it", () => {
    const { hooks } = JSON.parse(read("docs/examples/claude-code/settings.json"));
    const [{ hooks: commands }] = hooks.SessionStart;
    expect(commands).toEqual([{ type: "command", command: '"$CLAUDE_PROJECT_DIR"/.claude/session-start.sh' }]);
    expect(page).toContain("`.claude/session-start.sh`");
  });
});
