import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { alnum } from "../../scripts/privacy/rules/parts.ts";
import { refusal, run } from "../support/cli.ts";
import { repo as makeRepo } from "../support/repo.ts";

const token = `ghp_${alnum(36)}`;
const text = `one\nGITHUB=${token}\nthree ${token} ${token}\n`;

describe("baton redact", () => {
  it("passes everything on but the secrets, and says what it hid", async () => {
    const { code, out, talk } = await run(makeRepo(), ["redact"], { stdin: text });
    expect(code).toBe(0);
    expect(out).toBe(
      "one\nGITHUB=[REDACTED:github-token]\nthree [REDACTED:github-token] [REDACTED:github-token]\n",
    );
    expect(talk).toContain("github-token ×3");
  });

  it("knows the values of the repository's .env files and of the environment", async () => {
    const repo = makeRepo();
    repo.write(".env", "DB_PASSWORD=correct-horse-7\n");
    const { out } = await run(repo, ["redact"], {
      stdin: "a correct-horse-7 b battery-staple-8 c",
      env: { API_SECRET: "battery-staple-8" },
    });
    expect(out).toBe("a [REDACTED:.env:DB_PASSWORD] b [REDACTED:env:API_SECRET] c");
  });

  it("follows the patterns and the exceptions of the configuration", async () => {
    const repo = makeRepo();
    repo.write(
      "baton.config.json",
      JSON.stringify({ redaction: { patterns: [{ name: "customer", pattern: "ACME-\\d+" }] } }),
    );
    const { out } = await run(repo, ["redact"], { stdin: "see ACME-4711" });
    expect(out).toBe("see [REDACTED:customer]");
  });

  it("refuses a pattern that can't be used, and names it", async () => {
    const repo = makeRepo();
    repo.write(
      "baton.config.json",
      JSON.stringify({ redaction: { patterns: [{ name: "customer", pattern: "(" }] } }),
    );
    expect((await refusal(repo, ["redact"], { stdin: "text" })).message).toContain('"customer"');
  });

  it("gives one JSON object on demand", async () => {
    const { data } = await run(makeRepo(), ["redact", "--json"], { stdin: text });
    expect(data).toEqual({
      text: "one\nGITHUB=[REDACTED:github-token]\nthree [REDACTED:github-token] [REDACTED:github-token]\n",
      hidden: { "github-token": 3 },
    });
  });
});

describe("baton redact <file>", () => {
  const files = { "notes.txt": text, "more.txt": `and ${token}\n`, "clean.txt": "nothing\n" };

  it("prints the file with its secrets hidden, and leaves it as it is", async () => {
    const here = makeRepo(files);
    const { code, out, talk } = await run(here, ["redact", "notes.txt"]);
    expect(code).toBe(0);
    expect(out).toBe(
      "one\nGITHUB=[REDACTED:github-token]\nthree [REDACTED:github-token] [REDACTED:github-token]\n",
    );
    expect(talk).toContain("github-token ×3");
    expect(readFileSync(join(here.root, "notes.txt"), "utf8")).toBe(text);
  });

  it("takes several, standard input among them, in their order, relative to where it is called", async () => {
    const here = makeRepo({ "sub/notes.txt": "first\n" });
    const { out } = await run(here, ["redact", "notes.txt", "-"], {
      cwd: join(here.root, "sub"),
      stdin: `second ${token}\n`,
    });
    expect(out).toBe("first\nsecond [REDACTED:github-token]\n");
  });

  it("says with --check in which file and line something would be hidden", async () => {
    const here = makeRepo(files);
    const { code, out, data } = await run(here, ["redact", "--check", "more.txt", "notes.txt", "clean.txt"]);
    expect(code).toBe(3);
    expect(out).toContain("In 3 lines something would be hidden");
    expect(out).toContain("- more.txt, line 1: github-token\n  - notes.txt, line 2: github-token\n");
    expect(data.places).toContainEqual({ file: "notes.txt", line: 3, rule: "github-token", count: 2 });
    expect((await run(here, ["redact", "--check", "clean.txt"])).code).toBe(0);
  });

  it("prints nothing where one of them is missing (code 4) or a folder (code 2)", async () => {
    const here = makeRepo({ ...files, "sub/a": "" });
    expect(await refusal(here, ["redact", "notes.txt", "gone.txt"])).toMatchObject({
      code: 4,
      message: "There is no file gone.txt.",
    });
    expect(await refusal(here, ["redact", "sub"])).toMatchObject({ code: 2, message: "sub is a folder." });
  });
});

describe("baton redact --check", () => {
  it("exits 3 and names lines, rules and counts, never what they hold", async () => {
    const { code, out, data } = await run(makeRepo(), ["redact", "--check"], { stdin: text });
    expect(code).toBe(3);
    expect(out).toContain("In 2 lines something would be hidden: github-token ×3.");
    expect(out).toMatch(/line 2: github-token\n.*line 3: github-token ×2\n/);
    expect(JSON.stringify([out, data])).not.toContain(token.slice(4));
    expect(data).toEqual({
      hidden: { "github-token": 3 },
      places: [
        { line: 2, rule: "github-token", count: 1 },
        { line: 3, rule: "github-token", count: 2 },
      ],
    });
  });

  it("exits 0 when nothing would be hidden", async () => {
    const { code, out } = await run(makeRepo(), ["redact", "--check"], {
      stdin: "password: ${DB_PASSWORD}\n",
    });
    expect(code).toBe(0);
    expect(out).toContain("Nothing in it would be hidden.");
  });

  it("names the first lines when there are many, and counts the others", async () => {
    const { out, data } = await run(makeRepo(), ["redact", "--check"], { stdin: `${token}\n`.repeat(250) });
    expect(out).toContain("In 250 lines something would be hidden: github-token ×250.");
    expect(out).toContain("and 50 more lines");
    expect(data.hidden).toEqual({ "github-token": 250 });
  });
});
