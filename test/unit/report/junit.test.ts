import { describe, expect, it } from "vitest";
import { escapeXml, toJunit, toJunitFailure } from "../../../src/report/junit.ts";
import { badPort, mixed, step, suite, trial } from "../../helpers/sample-suite.ts";

describe("toJunit", () => {
  it("has a suite for each chart and a case for each step", () => {
    expect(toJunit(mixed)).toMatchInlineSnapshot(`
      "<?xml version="1.0" encoding="UTF-8"?>
      <testsuites name="seatrial" tests="36" failures="1" errors="1" skipped="20" time="4.321">
        <testsuite name="web" tests="18" failures="1" errors="0" skipped="6" time="0.149" timestamp="2026-01-02T03:04:05.000Z" file="charts/web">
          <properties>
            <property name="chart.version" value="1.2.0"/>
            <property name="kubernetes.version" value="v1.37.2"/>
            <property name="helm.version" value="v4.3.1"/>
            <property name="not-tested" value="containers (simulated; no image was pulled, nothing ran)"/>
          </properties>
          <testcase classname="web" name="default: lint" time="0.012"/>
          <testcase classname="web" name="default: template" time="0.012"/>
          <testcase classname="web" name="default: dry-run" time="0.012">
            <system-out>warning: v1 Endpoints is deprecated in v1.33+
        object: Endpoints web-x7k2/web
        hint: use discovery.k8s.io/v1 EndpointSlice</system-out>
          </testcase>
          <testcase classname="web" name="default: install" time="0.012"/>
          <testcase classname="web" name="default: test" time="0.012"/>
          <testcase classname="web" name="default: upgrade" time="0.012"/>
          <testcase classname="web" name="default: uninstall" time="0.012"/>
          <testcase classname="web" name="default: leftovers" time="0.012"/>
          <testcase classname="web" name="default: reinstall" time="0.012"/>
          <testcase classname="web" name="ci/public-values.yaml: lint" time="0.012">
            <system-out>warning: icon is recommended</system-out>
          </testcase>
          <testcase classname="web" name="ci/public-values.yaml: template" time="0.012"/>
          <testcase classname="web" name="ci/public-values.yaml: dry-run" time="0.012">
            <failure type="Invalid" message="Service web-x7k2/web: Invalid value: 99999: must be between 1 and 65535, inclusive">error: Invalid value: 99999: must be between 1 and 65535, inclusive
        object: Service web-x7k2/web
        field: spec.ports[0].port
        reason: Invalid
        at: web/templates/service.yaml:12</failure>
            <system-out>warning: v1 Endpoints is deprecated in v1.33+
        object: Endpoints web-x7k2/web
        hint: use discovery.k8s.io/v1 EndpointSlice</system-out>
          </testcase>
          <testcase classname="web" name="ci/public-values.yaml: install" time="0.000">
            <skipped message="the step dry-run did not pass"/>
          </testcase>
          <testcase classname="web" name="ci/public-values.yaml: test" time="0.000">
            <skipped message="the step dry-run did not pass"/>
          </testcase>
          <testcase classname="web" name="ci/public-values.yaml: upgrade" time="0.000">
            <skipped message="the step dry-run did not pass"/>
          </testcase>
          <testcase classname="web" name="ci/public-values.yaml: uninstall" time="0.000">
            <skipped message="the step dry-run did not pass"/>
          </testcase>
          <testcase classname="web" name="ci/public-values.yaml: leftovers" time="0.000">
            <skipped message="the step dry-run did not pass"/>
          </testcase>
          <testcase classname="web" name="ci/public-values.yaml: reinstall" time="0.000">
            <skipped message="the step dry-run did not pass"/>
          </testcase>
        </testsuite>
        <testsuite name="store" tests="18" failures="0" errors="1" skipped="14" time="0.074" timestamp="2026-01-02T03:04:05.000Z" file="charts/store">
          <properties>
            <property name="chart.version" value="1.2.0"/>
            <property name="kubernetes.version" value="v1.37.2"/>
            <property name="helm.version" value="v4.3.1"/>
            <property name="not-tested" value="containers (simulated; no image was pulled, nothing ran)"/>
          </properties>
          <testcase classname="store" name="default: lint" time="0.012"/>
          <testcase classname="store" name="default: template" time="0.012"/>
          <testcase classname="store" name="default: dry-run" time="0.012"/>
          <testcase classname="store" name="default: install" time="3.200">
            <error type="SEATRIAL_ENGINE_EXITED" message="The engine has ended: killed by SIGKILL">The engine has ended: killed by SIGKILL
        last line: bye</error>
          </testcase>
          <testcase classname="store" name="default: test" time="0.000">
            <skipped message="the step install did not pass"/>
          </testcase>
          <testcase classname="store" name="default: upgrade" time="0.000">
            <skipped message="the step install did not pass"/>
          </testcase>
          <testcase classname="store" name="default: uninstall" time="0.000">
            <skipped message="the step install did not pass"/>
          </testcase>
          <testcase classname="store" name="default: leftovers" time="0.000">
            <skipped message="the step install did not pass"/>
          </testcase>
          <testcase classname="store" name="default: reinstall" time="0.000">
            <skipped message="the step install did not pass"/>
          </testcase>
          <testcase classname="store" name="ci/big-values.yaml: lint" time="0.000">
            <skipped message="the engine has ended"/>
          </testcase>
          <testcase classname="store" name="ci/big-values.yaml: template" time="0.000">
            <skipped message="the engine has ended"/>
          </testcase>
          <testcase classname="store" name="ci/big-values.yaml: dry-run" time="0.000">
            <skipped message="the engine has ended"/>
          </testcase>
          <testcase classname="store" name="ci/big-values.yaml: install" time="0.000">
            <skipped message="the engine has ended"/>
          </testcase>
          <testcase classname="store" name="ci/big-values.yaml: test" time="0.000">
            <skipped message="the engine has ended"/>
          </testcase>
          <testcase classname="store" name="ci/big-values.yaml: upgrade" time="0.000">
            <skipped message="the engine has ended"/>
          </testcase>
          <testcase classname="store" name="ci/big-values.yaml: uninstall" time="0.000">
            <skipped message="the engine has ended"/>
          </testcase>
          <testcase classname="store" name="ci/big-values.yaml: leftovers" time="0.000">
            <skipped message="the engine has ended"/>
          </testcase>
          <testcase classname="store" name="ci/big-values.yaml: reinstall" time="0.000">
            <skipped message="the engine has ended"/>
          </testcase>
        </testsuite>
      </testsuites>
      "
    `);
  });

  it("stays well-formed whatever a chart puts into a message", () => {
    const message = 'a "quoted" <tag> & \u001b[31mred\u001b[0m \u0000 ]]> \ud800 line\nbreak';
    const failed = trial("web/default", [
      step("dry-run", { verdict: "failed", findings: [{ ...badPort, message }, badPort] }),
    ]);
    const [failure] = /<failure .*<\/failure>/s.exec(toJunit(suite([failed]))) ?? [];
    expect(failure).toMatchInlineSnapshot(`
      "<failure type="Invalid" message="2 errors: Service web-x7k2/web: a &quot;quoted&quot; &lt;tag&gt; &amp; \\u001b[31mred\\u001b[0m \\u0000 ]]&gt; � line">error: a "quoted" &lt;tag&gt; &amp; \\u001b[31mred\\u001b[0m \\u0000 ]]&gt; � line
      break
        object: Service web-x7k2/web
        field: spec.ports[0].port
        reason: Invalid
        at: web/templates/service.yaml:12

      error: Invalid value: 99999: must be between 1 and 65535, inclusive
        object: Service web-x7k2/web
        field: spec.ports[0].port
        reason: Invalid
        at: web/templates/service.yaml:12</failure>"
    `);
  });
});

describe("toJunit with two charts of one name", () => {
  it("names them by their paths, and other charts by their names", () => {
    const at = (path: string) =>
      trial("web/default", [], {
        id: `${path}/default`,
        chart: { name: "web", version: "1.2.0", path },
        waitedMs: 1500,
      });
    const xml = toJunit(suite([at("shop/web"), at("blog/web"), trial("store/default")]));
    const names = (pattern: RegExp) => new Set([...xml.matchAll(pattern)].map(([, name]) => name));
    expect(names(/<testsuite name="(.*?)"/g)).toEqual(new Set(["shop/web", "blog/web", "store"]));
    expect(names(/classname="(.*?)"/g)).toEqual(new Set(["shop/web", "blog/web", "store"]));
    expect(xml.match(/<property name="waited\.seconds" value="1\.500"\/>/g)).toHaveLength(2);
  });
});

describe("toJunitFailure", () => {
  it("has one errored case with the whole message", () => {
    const error = { code: "SEATRIAL_ENGINE_EXITED", message: "The engine has ended\n  <last> line" };
    expect(toJunitFailure(error, "2026-01-02T03:04:05.000Z", 1234)).toMatchInlineSnapshot(`
      "<?xml version="1.0" encoding="UTF-8"?>
      <testsuites name="seatrial" tests="1" failures="0" errors="1" skipped="0" time="1.234">
        <testsuite name="seatrial" tests="1" failures="0" errors="1" skipped="0" time="1.234" timestamp="2026-01-02T03:04:05.000Z">
          <testcase classname="seatrial" name="the run could not start" time="1.234">
            <error type="SEATRIAL_ENGINE_EXITED" message="The engine has ended">The engine has ended
        &lt;last&gt; line</error>
          </testcase>
        </testsuite>
      </testsuites>
      "
    `);
  });
});

describe("escapeXml", () => {
  it("keeps line breaks and tabs, which XML allows", () => {
    expect(escapeXml("a\tb\nc")).toBe("a\tb\nc");
  });
});
