import { existsSync } from "node:fs";
import { dirname, posix } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { anchorOf, headings, pages, prose, read } from "./pages.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));

describe("the pages", () => {
  it("are there", () => {
    expect(pages).toEqual(expect.arrayContaining(["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/README.md"]));
  });

  it.each(pages)("%s has links that lead somewhere", (page) => {
    expect(internalLinks(read(page)).flatMap((link) => problemOf(page, link) ?? [])).toEqual([]);
  });

  it.each(pages)("%s names no path and no host of the machine it was written on", (page) => {
    const machine = /\/(?:work|root|home|Users|tmp\/docs)\/|localhost:\d|\b10\.\d+\.\d+\.\d+:\d+/g;
    expect(read(page).match(machine) ?? []).toEqual([]);
  });

  it("are all in the index of the docs", () => {
    const index = internalLinks(read("docs/README.md"));
    const missing = pages.filter((page) => /^docs\/(?!README)/.test(page) && !index.includes(posix.basename(page)));
    expect(missing).toEqual([]);
  });

  it("have no page of the docs longer than 250 lines, and a README of at most 200", () => {
    // bench/conformance.ts writes it, with the name of each of upstream's tests.
    const written = pages.filter((page) => page !== "docs/conformance.md");
    const tooLong = written.filter((page) => {
      const count = read(page).split("\n").length - 1;
      return count > (page === "README.md" ? 200 : 250);
    });
    expect(tooLong).toEqual([]);
  });
});

describe("problemOf", () => {
  it("finds a missing page and a missing heading", () => {
    expect(problemOf("docs/README.md", "nowhere.md")).toBe("nowhere.md: there is no such file");
    expect(problemOf("docs/README.md", "errors.md#nothing")).toBe("errors.md#nothing: there is no such heading");
    expect(problemOf("docs/README.md", "errors.md#seatrial_usage")).toBeUndefined();
  });
});

function internalLinks(text: string): string[] {
  return [...prose(text).matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, link = ""]) =>
    /^[a-z]+:/.test(link) ? [] : [link],
  );
}

function problemOf(page: string, link: string): string | undefined {
  const [path = "", anchor] = link.split("#");
  const target = path === "" ? page : posix.join(dirname(page), path);
  if (!existsSync(`${root}/${target}`)) return `${link}: there is no such file`;
  if (anchor === undefined || headings(read(target)).some((heading) => anchorOf(heading) === anchor)) return undefined;
  return `${link}: there is no such heading`;
}
