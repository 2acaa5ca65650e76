import { describe, expect, it } from "vitest";
import { writeChart } from "../../helpers/charts/write-chart.ts";
import { findingsIn, tryChart } from "../../helpers/try-chart.ts";

const pod = (field: string) => `apiVersion: v1
kind: Pod
metadata: { name: single }
spec:
  ${field}
  containers: [{ name: app, image: example.com/app:1 }]
`;
const priorityClass = `apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: { name: missing-classes-own }
value: 10
`;

describe("a trial of a Pod without an owner", () => {
  it.each([
    ["PriorityClass", "priorityClassName: nobody-has-it"],
    ["RuntimeClass", "runtimeClassName: nobody-has-it"],
  ])("could not be checked without its %s", async (kind, field) => {
    const chart = await writeChart({ "templates/a.yaml": pod(field) });
    const { verdict, steps } = await tryChart(chart, { isAlone: true });
    expect(verdict).toBe("errored");
    expect(steps.flatMap(({ error }) => error ?? [])).toMatchObject([
      {
        code: "SEATRIAL_NOT_CHECKED",
        message: expect.stringMatching(new RegExp(`${kind} nobody-has-it.*Hint: .*--given`, "s")),
      },
    ]);
  });

  it("passes when the chart has its PriorityClass", async () => {
    const chart = await writeChart({
      "templates/a.yaml": `${priorityClass}---\n${pod("priorityClassName: missing-classes-own")}`,
    });
    const result = await tryChart(chart, { isAlone: true });
    expect(findingsIn(result)).toEqual([]);
    expect(result.verdict).toBe("passed");
  });
});

describe("a trial of a Service that the network of the control plane cannot have", () => {
  const service = (field: string) =>
    `apiVersion: v1\nkind: Service\nmetadata: { name: web }\nspec: { ${field}, ports: [{ port: 80 }] }\n`;

  it.each([
    ["clusterIP: 172.20.0.77", /ServiceCIDR with 172\.20\.0\.77.*Hint: .*--given/s],
    ["ipFamilyPolicy: RequireDualStack", /cluster network with two IP families.*Hint: .*--provider existing/s],
    ["ipFamilies: [IPv6]", /cluster network with IPv6.*Hint: .*--provider existing/s],
  ])("could not be checked: %s", async (field, message) => {
    const chart = await writeChart({ "templates/a.yaml": service(field) });
    const { verdict, steps } = await tryChart(chart, { isAlone: true });
    expect(verdict).toBe("errored");
    expect(steps.flatMap(({ error }) => error ?? [])).toMatchObject([
      { code: "SEATRIAL_NOT_CHECKED", message: expect.stringMatching(message) },
    ]);
  });
});
