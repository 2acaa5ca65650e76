import { describe, expect, it } from "vitest";
import { renderFindings } from "../../../../src/report/findings/findings.ts";
import { makeStyle } from "../../../../src/report/style.ts";
import { badPort, mixed, step, trial } from "../../../helpers/sample-suite.ts";

const plain = makeStyle(false);
const render = (trials: Parameters<typeof renderFindings>[0], width = Number.POSITIVE_INFINITY) =>
  `\n${renderFindings(trials, plain, width).join("\n")}\n`;

describe("renderFindings", () => {
  it("shows every finding once for all cases, errors first, and what could not be checked", () => {
    expect(render(mixed.trials)).toMatchInlineSnapshot(`
      "
      web 1.2.0 (charts/web)
        error  dry-run  Service web
          field    spec.ports[0].port
          message  Invalid value: 99999: must be between 1 and 65535, inclusive
          reason   Invalid
          at       web/templates/service.yaml:12
          cases    ci/public-values.yaml
        warning  dry-run  Endpoints web
          message  v1 Endpoints is deprecated in v1.33+
          cases    all 2
          hint     use discovery.k8s.io/v1 EndpointSlice
        warning  lint
          message  icon is recommended
          cases    ci/public-values.yaml

      store 1.2.0 (charts/store)
        could not check  install
          message  The engine has ended: killed by SIGKILL
                     last line: bye
          code     SEATRIAL_ENGINE_EXITED
          cases    default
      "
    `);
  });

  it("combines the reports of two steps about one fault, with the reason of the step that has one", () => {
    const message = "nil pointer evaluating interface {}.host";
    const where = { message, template: "web/templates/a.yaml", line: 6 };
    const broken = trial("web/default", [
      step("lint", { verdict: "failed", findings: [{ severity: "error", step: "lint", ...where }] }),
      step("template", {
        verdict: "failed",
        findings: [{ severity: "error", step: "template", reason: "template", ...where }],
      }),
    ]);
    expect(render([broken])).toMatchInlineSnapshot(`
      "
      web 1.2.0 (charts/web)
        error  lint, template
          message  nil pointer evaluating interface {}.host
          reason   template
          at       web/templates/a.yaml:6
      "
    `);
  });

  it("wraps to the width of the terminal and keeps words whole", () => {
    const finding = { ...badPort, message: `a message of many words with ${"x".repeat(70)} in it` };
    const wrapped = render([trial("web/default", [step("dry-run", { verdict: "failed", findings: [finding] })])], 60);
    expect(wrapped).toMatchInlineSnapshot(`
      "
      web 1.2.0 (charts/web)
        error  dry-run  Service web
          field    spec.ports[0].port
          message  a message of many words with
                   xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
                   in it
          reason   Invalid
          at       web/templates/service.yaml:12
      "
    `);
  });

  it("is empty without findings", () => {
    expect(renderFindings([trial("web/default")], plain, 80)).toEqual([]);
  });
});
