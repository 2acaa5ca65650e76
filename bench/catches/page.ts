import { markdownTable } from "../support/table.ts";
import { type CatchesResults, columnsOf, isFault, missedFaults, type Row, whoCatches } from "./results.ts";
import { type CatchVerdict, isCaught, SEATRIAL } from "./verdict.ts";

const words: Record<CatchVerdict, string> = {
  field: "field",
  object: "object",
  vague: "yes",
  weaker: "weaker",
  missed: "–",
  quiet: "quiet",
  alarm: "ALARM",
};

/** The text of docs/catches.md. */
export function catchesPage(results: CatchesResults): string {
  const { tools, absent, versions } = results;
  const faults = results.rows.filter(isFault);
  const seeded = faults.filter(({ group }) => group !== "fixtures");
  const kinds = new Set(seeded.map(({ id }) => id.replace(/@.*/, "")));
  const broken = results.rows.filter(({ group }) => group === "fixtures");
  const traps = results.rows.filter((row) => !isFault(row));
  return `${[
    "# Who catches what",
    `\`npm exec -- node bench/catches.ts --markdown docs/catches.md\` puts one fault each into copies of good charts, asks seatrial and other tools about them, and writes this page: ${kinds.size} kinds of fault, ${traps.length} changes that only look like one, and the ${broken.length} broken charts of \`fixtures/charts\`. \`--charts DIR\` adds the false alarms on good charts, and \`--json FILE\` has every text.`,
    `Control plane and seatrial: ${versions}.`,
    "| Word | The tool |\n|---|---|\n| `field` | names the object, and the field if one field is at fault |\n| `object` | names the object only |\n| `yes` | does not pass the chart, and names neither |\n| `weaker` | only warns where an error is right, or could not check it, or the reverse |\n| `–` | passes the chart |",
    `What a tool also says about the good chart is not about the fault. Texts are judged in favour of the other tools: a text names what it contains. Tools that read manifests have nothing to read if a template fails: that is a \`–\`. They get what the fault needs to be seen: the schemas of the control plane, the definitions in \`crds/\`, a namespace with the same labels, quotas and limits, and the oldest version that the chart is for.`,
    "## Tools",
    markdownTable(
      ["Column", "Version", "Call"],
      [...tools.map(({ name, version, command }) => [name, version, `\`${command}\``]), ...absent.map(absentRow)],
    ),
    "## Caught, by group",
    groupTable(results),
    "## What seatrial misses",
    missedList(results),
    "Faults with the same answers are in one row. *right* is the right answer: `fact` is a line about rights, `not-checked` is exit code 3 with the input that is missing.",
    ...sections(results, mergeRows),
    ...alarmSection(results),
  ].join("\n\n")}\n`;
}

function absentRow({ name, version, command, absence }: CatchesResults["absent"][number]): string[] {
  return [name, version, `\`${command}\`: not tried, ${absence}`];
}

/** The number of faults that each tool catches, by group. */
export function groupTable(results: CatchesResults): string {
  const columns = columnsOf(results);
  const faults = results.rows.filter(isFault);
  const count = (name: string, rows: readonly Row[]) => [
    name,
    `${rows.length}`,
    ...columns.map((tool) => `${rows.filter(({ outcomes }) => isCaught(outcomes[tool]?.verdict)).length}`),
  ];
  const groups = [...Map.groupBy(faults, ({ group }) => group)];
  const precise = faults.filter(({ outcomes }) => outcomes[SEATRIAL]?.verdict === "field").length;
  return [
    markdownTable(
      ["", "faults", ...columns],
      [...groups.map(([group, rows]) => count(groupName(group), rows)), count("all", faults)],
    ),
    `seatrial names object and field of ${precise} of ${faults.length}.`,
  ].join("\n\n");
}

/** A list of the faults that seatrial misses, with the tools that do not. */
export function missedList(results: CatchesResults): string {
  const missed = missedFaults(results);
  if (missed.length === 0) return "Nothing.";
  const tools = results.tools.map(({ name }) => name);
  return missed
    .map((row) => {
      const others = whoCatches(row, tools);
      const answer = row.outcomes[SEATRIAL]?.verdict === "weaker" ? " (weaker)" : "";
      return `- \`${row.id}\`${answer}: ${row.title}${others.length === 0 ? "" : `. Caught by ${others.join(", ")}`}`;
    })
    .join("\n");
}

/** A table for each group, with every fault. */
export function sections(results: CatchesResults, change = (rows: string[][]) => rows): string[] {
  const columns = columnsOf(results);
  return [...Map.groupBy(results.rows, ({ group }) => group)].flatMap(([group, rows]) => {
    const cells = rows.map((row) => [
      group === "fixtures" ? `\`${row.id.replace("fixtures/", "")}\`` : row.title.replaceAll("|", "\\|"),
      row.answer,
      ...columns.map((tool) => words[row.outcomes[tool]?.verdict ?? "missed"]),
    ]);
    const title = groupName(group);
    return [`## ${title[0]?.toUpperCase()}${title.slice(1)}`, markdownTable(["", "right", ...columns], change(cells))];
  });
}

// Most faults that the API server refuses have the same answers.
function mergeRows(rows: string[][]): string[][] {
  const merged = Map.groupBy(rows, ([, ...answers]) => answers.join("|"));
  return [...merged.values()].map((same) => [same.map(([title]) => title).join("; "), ...(same[0]?.slice(1) ?? [])]);
}

function groupName(group: Row["group"]): string {
  return group === "fixtures" ? "broken charts of fixtures/charts" : group;
}

function alarmSection(results: CatchesResults): string[] {
  const { falseAlarms } = results;
  if (falseAlarms.length === 0) return [];
  const columns = columnsOf(results);
  return [
    "## False alarms",
    "The number of complaints about charts that their users consider right, with their default values: errors of seatrial, and everything that makes the other tools fail.",
    markdownTable(
      ["", ...columns],
      falseAlarms.map(({ chart, counts, notChecked }) => [
        notChecked.length === 0 ? chart : `${chart} (could not be checked)`,
        ...columns.map((tool) => `${counts[tool] ?? 0}`),
      ]),
    ),
  ];
}
