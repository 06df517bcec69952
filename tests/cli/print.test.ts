import stringWidth from "string-width";
import { describe, expect, it } from "vitest";
import type { Line } from "../../schema/report.ts";
import { renderLines, styleFor } from "../../scripts/cli/print.ts";
import { redacted } from "../support/states.ts";

const TABLE: Line = {
  kind: "table",
  columns: ["AGENT", "TASK", "NEXT STEP", "DRIFT"],
  rows: [
    ["claude (newest)", "Add login with NextAuth", "漢字を正しく数えて表を崩さない", "none"],
    ["codex", "-", "Test it", "1 commit since"],
  ],
  flexible: ["TASK", "NEXT STEP"],
};

const printed = async (stream: { isTTY?: boolean; columns?: number }): Promise<string[]> =>
  (await renderLines(redacted([TABLE]), styleFor(stream, { NO_COLOR: "1" }))).trimEnd().split("\n");

describe("a table", () => {
  it("fits into the terminal: only what may be shortened is, and that as little as will do", async () => {
    const lines = await printed({ isTTY: true, columns: 60 });
    expect(Math.max(...lines.map((line) => stringWidth(line)))).toBe(60);
    expect(lines[1]).toMatch(/^claude \(newest\) {2}Add login w… +漢字を正しく… +none$/);
    expect(lines[2]).toMatch(/^codex +- +Test it +1 commit since$/);
  });

  it("stays readable in a terminal that is narrower still", async () => {
    expect((await printed({ isTTY: true, columns: 10 }))[1]).toMatch(
      /^claude \(newest\) {2}Add logi… +漢字を正… +none$/,
    );
  });

  it.each([
    ["a pipe", { columns: 60 }],
    ["a terminal wide enough", { isTTY: true, columns: 200 }],
    ["a terminal of unknown width", { isTTY: true }],
  ])("is whole in %s", async (_, stream) => {
    expect((await printed(stream))[1]).toContain(
      "Add login with NextAuth  漢字を正しく数えて表を崩さない  none",
    );
  });
});

describe("a row", () => {
  const row: Line = {
    kind: "row",
    label: "3 Checks",
    cells: [
      { kind: "fail", text: "TypeScript: FAIL (exit 2)" },
      { kind: "ok", text: "Tests: pass" },
      { kind: "note", text: "漢字を正しく数えて 漢字を正しく数えて 漢字を正しく数えて\n二行" },
    ],
  };
  const lines = async (columns: number) =>
    (await renderLines(redacted([row]), styleFor({ isTTY: true, columns }, { NO_COLOR: "1" })))
      .trimEnd()
      .split("\n");

  it("goes on under its first cell where it does not fit, cells whole where they can be", async () => {
    expect(await lines(60)).toEqual([
      "3 Checks       ❌ TypeScript: FAIL (exit 2)   ✅ Tests: pass",
      "               漢字を正しく数えて 漢字を正しく数えて",
      "               漢字を正しく数えて 二行",
    ]);
    for (const columns of [40, 50, 79, 80])
      for (const line of await lines(columns)) expect(stringWidth(line)).toBeLessThanOrEqual(columns);
  });

  it("is one line in a pipe", async () => {
    expect((await renderLines(redacted([row]), styleFor({}, {}))).trimEnd()).not.toContain("\n");
  });
});

describe("what may be left out of a table", () => {
  const wide: Line = {
    kind: "table",
    columns: ["TITLE", "SIZE", "TURNS", "ID"],
    rows: [["漢字を正しく数えて表を崩さないための長い題名です", "12 KB", "3", "4c9b1f02"]],
    flexible: ["TITLE"],
    droppable: ["TURNS", "SIZE"],
  };
  const headAt = async (columns: number) => {
    const lines = (await renderLines(redacted([wide]), styleFor({ isTTY: true, columns }, { NO_COLOR: "1" })))
      .trimEnd()
      .split("\n");
    for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(columns);
    return lines[0]?.split(/ +/);
  };
  it.each([
    [80, ["TITLE", "SIZE", "TURNS", "ID"]],
    [50, ["TITLE", "TURNS", "ID"]],
    [46, ["TITLE", "ID"]],
    [30, ["TITLE", "ID"]],
  ])("goes, the last named first, before a title becomes too short: %i columns", async (columns, head) => {
    expect(await headAt(columns)).toEqual(head);
  });

  it("and a line that is to take one row is cut by its width", async () => {
    const line: Line = { kind: "text", text: `   ${"漢字".repeat(40)}`, cut: true };
    const [text = ""] = (
      await renderLines(redacted([line]), styleFor({ isTTY: true, columns: 40 }, { NO_COLOR: "1" }))
    ).split("\n");
    expect(text).toMatch(/^ {3}漢.*…$/);
    expect(stringWidth(text)).toBeLessThanOrEqual(40);
  });
});
