import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { buildEngine } from "../../../../src/engine/binary/build-engine.ts";
import { toBuildError, toCacheError } from "../../../../src/engine/binary/build-error.ts";
import { readEngineSources } from "../../../../src/engine/binary/engine-sources.ts";
import { isOlder } from "../../../../src/engine/binary/go.ts";
import type { EngineError } from "../../../../src/errors/engine-error.ts";
import { copyModule } from "../../../helpers/engine/go-module.ts";
import { rejectionOf } from "../../../helpers/rejection-of.ts";

const setEnv = (name: string, value: string) => {
  vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());
};

describe("a build that fails", () => {
  it("shows the last lines of the compiler", async () => {
    const paths = await copyModule({
      "internal/greeting/greeting.go": "package greeting\n\nconst Text = 1 + nothing\n",
    });
    const error = await rejectionOf<EngineError>(buildEngine({}, paths));
    expect(error).toMatchObject({ name: "EngineError", code: "SEATRIAL_ENGINE_BUILD", exitCode: 1 });
    expect(error.message).toMatchInlineSnapshot(`
      "The engine could not be built: go failed with exit code 1
        # hello/engine/internal/greeting
        internal/greeting/greeting.go:3:18: undefined: nothing"
    `);
  });

  it("reports that go is missing", async () => {
    const paths = await copyModule();
    setEnv("PATH", paths.cacheDir);
    const error = await rejectionOf<EngineError>(buildEngine({}, paths));
    expect(error.code).toBe("SEATRIAL_ENGINE_GO_MISSING");
    expect(error.message).toMatchInlineSnapshot(`
      "\`go\` is not on PATH
      Hint: install Go 1.24 or newer and put it on PATH"
    `);
  });

  it("reports that go is too old and which version is needed", async () => {
    setEnv("GOTOOLCHAIN", "local");
    const paths = await copyModule({ "go.mod": "module hello/engine\n\ngo 1.99.0\n" });
    const error = await rejectionOf<EngineError>(buildEngine({}, paths));
    expect(error.code).toBe("SEATRIAL_ENGINE_GO_TOO_OLD");
    expect(error.message.replace(/says: go\S+/, "says: goN")).toMatchInlineSnapshot(`
      "The engine needs Go 1.99.0 or newer; \`go version\` says: goN
      Hint: install Go 1.99.0 or newer and put it on PATH"
    `);
  });

  it("reports that modules cannot be downloaded", async () => {
    setEnv("GOPROXY", "off");
    setEnv("GOFLAGS", "-mod=mod");
    const paths = await copyModule({
      "go.mod": "module hello/engine\n\ngo 1.24\n\nrequire example.com/absent v1.0.0\n",
      "go.sum": `example.com/absent v1.0.0 h1:${"A".repeat(43)}=\nexample.com/absent v1.0.0/go.mod h1:${"A".repeat(43)}=\n`,
      "internal/greeting/greeting.go": 'package greeting\n\nimport _ "example.com/absent"\n\nconst Text = ""\n',
    });
    const error = await rejectionOf<EngineError>(buildEngine({}, paths));
    expect(error.code).toBe("SEATRIAL_ENGINE_DOWNLOAD");
    expect(error.message).toMatchInlineSnapshot(`
      "The engine's Go modules could not be downloaded
        internal/greeting/greeting.go:3:8: module lookup disabled by GOPROXY=off
      Hint: GOPROXY names the servers that Go downloads modules from; \`go env GOPROXY\` shows it"
    `);
  });

  it("reports that the cache directory is not writable", async () => {
    const paths = await copyModule();
    const file = join(paths.sourceDir, "go.mod");
    const error = await rejectionOf<EngineError>(buildEngine({}, { ...paths, cacheDir: join(file, "cache") }));
    expect(error.code).toBe("SEATRIAL_ENGINE_BUILD");
    expect(error.message.replaceAll(paths.sourceDir, "<dir>").replace(/[^/]+'$/m, "<entry>'")).toMatchInlineSnapshot(`
      "The cache directory <dir>/go.mod/cache is not writable: ENOTDIR: not a directory, mkdir '<dir>/go.mod/cache/<entry>'
      Hint: set SEATRIAL_CACHE_DIR to a writable directory"
    `);
  });

  it("reports that the package has no sources", async () => {
    const paths = await copyModule();
    const error = await rejectionOf<EngineError>(buildEngine({}, { ...paths, sourceDir: "/nowhere/engine" }));
    expect(error.code).toBe("SEATRIAL_ENGINE_NOT_FOUND");
    expect(error.message.split("\n")[0]).toBe("There are no engine sources in /nowhere/engine");
  });

  it.each([
    ["mkdir /tmp/go-build1/b001/: no space left on device", "SEATRIAL_ENGINE_NO_SPACE"],
    [
      'go: example.com/x@v1.0.0: Get "https://proxy/x": dial tcp: lookup proxy: no such host',
      "SEATRIAL_ENGINE_DOWNLOAD",
    ],
    ["go: go.mod requires go >= 1.99 (running go 1.26; GOTOOLCHAIN=local)", "SEATRIAL_ENGINE_GO_TOO_OLD"],
    ["k8s.io/api: /go/tool/compile: signal: killed", "SEATRIAL_ENGINE_BUILD"],
  ])("is recognized by %j", async (line, code) => {
    const sources = await readEngineSources((await copyModule()).sourceDir);
    const result = { isFound: true, exitCode: 1, stdout: "", stderrLines: [line] };
    if (sources === undefined) throw new Error("the fixture has no go.mod");
    const error = toBuildError("download", result, sources);
    expect(error.code).toBe(code);
    expect(error.message).toContain(line);
    expect(error.hint).toBeDefined();
  });

  it("is recognized as a full disk by the file system's own error", async () => {
    const full = await rejectionOf(writeFile("/dev/full", "x"));
    expect(toCacheError("/cache", full)).toMatchObject({ code: "SEATRIAL_ENGINE_NO_SPACE", cause: full });
  });
});

describe("isOlder", () => {
  it.each([
    ["go1.25.9", "1.26.0", true],
    ["go1.26.0", "1.26.0", false],
    ["go1.26.8", "1.26.0", false],
    ["go1.27rc1", "1.26.0", false],
    ["go2.0", "1.26.0", false],
    ["go1.26", "1.26.1", true],
  ])("%s against %s is %s", (version, needed, expected) => {
    expect(isOlder(version, needed)).toBe(expected);
  });
});
