import { describe, expect, it } from "vitest";
import { type Field, fieldsOf, interfaceNames } from "./interfaces.ts";
import { codeWords, read, tableAfter } from "./pages.ts";

const page = read("docs/library.md");
const options = read("src/release/options.ts");
const plane = read("src/boot/control-plane-options.ts");
const rule = read("src/simulation/rule.ts");
const nodeRule = read("src/simulation/simulate-node.ts");
const nodes = read("src/simulation/simulation-options.ts");
const simulated = read("docs/simulation.md");
const webhookPage = read("docs/webhooks.md");
const setup = read("src/vitest/global-setup.ts");
const given = read("src/sharing/given.ts");
const givenPage = read("docs/given.md");
const crds = read("src/sharing/install-crds.ts");
const webhooks = read("src/webhook/simulate-webhook.ts");
const previous = read("src/life/previous-version.ts");
const life = read("docs/release-life.md");
const reviews = read("src/webhook/webhook-reviews.ts");
const documented: { name: string; fields: Field[]; on?: string }[] = [
  ...interfaceNames(options).map((name) => ({ name, fields: fieldsOf(options, name) })),
  { name: "ControlPlaneOptions", fields: fieldsOf(plane, "ControlPlaneOptions") },
  ...["SimulationSelector", "SimulationEffect"].map((name) => ({ name, fields: fieldsOf(rule, name), on: simulated })),
  ...["SimulationOptions", "SimulatedNode"].map((name) => ({ name, fields: fieldsOf(nodes, name), on: simulated })),
  { name: "ControlPlaneSetupOptions", fields: fieldsOf(setup, "ControlPlaneSetupOptions"), on: simulated },
  { name: "SimulateNodeOptions", fields: fieldsOf(nodeRule, "SimulateNodeOptions"), on: simulated },
  { name: "InstallCrdsOptions", fields: fieldsOf(crds, "InstallCrdsOptions"), on: givenPage },
  { name: "GivenOptions", fields: fieldsOf(given, "GivenOptions"), on: givenPage },
  { name: "SimulateWebhookOptions", fields: fieldsOf(webhooks, "SimulateWebhookOptions"), on: webhookPage },
  { name: "PreviousVersion", fields: fieldsOf(previous, "PreviousVersion"), on: life },
  { name: "WebhookReviewsOptions", fields: fieldsOf(reviews, "WebhookReviewsOptions"), on: webhookPage },
];

describe("docs/library.md", () => {
  it("has options to compare", () => {
    expect(documented.map(({ name }) => name)).toContain("InstallOptions");
    expect(documented.flatMap(({ fields }) => fields).length).toBeGreaterThan(60);
  });

  it.each(documented)("has a row for every option of $name, and for nothing else", ({ name, fields, on = page }) => {
    const rows = tableAfter(on, `\`${name}\``);
    expect(rows.flatMap(([option = ""]) => codeWords(option)).sort()).toEqual(fields.map((field) => field.name).sort());
  });

  it.each(documented)("shows the same defaults of $name as the types", ({ name, fields, on = page }) => {
    const rows = tableAfter(on, `\`${name}\``);
    for (const field of fields) {
      const literal = /^(false|true|"[^"]*")/.exec(field.default ?? "")?.[1];
      if (literal === undefined) continue;
      const row = rows.find(([option = ""]) => codeWords(option).includes(field.name));
      expect(row?.at(-1), `the default of ${name}.${field.name}`).toContain(`\`${literal}\``);
    }
  });
});

describe("fieldsOf", () => {
  it("reads names and defaults, and keeps to one interface", () => {
    const source = [
      "export interface First {",
      "  /** Says so. @default false */",
      "  one?: boolean | undefined;",
      "  two: string;",
      "}",
      "export interface Second {",
      '  /** @default "1m0s", as Helm\'s */',
      "  three?: string;",
      "}",
      "",
    ].join("\n");
    expect(fieldsOf(source, "First")).toEqual([
      { name: "one", default: "false" },
      { name: "two", default: undefined },
    ]);
    expect(fieldsOf(source, "Second")).toEqual([{ name: "three", default: '"1m0s", as Helm\'s' }]);
    expect(() => fieldsOf(source, "Third")).toThrow("there is no interface Third");
  });
});
