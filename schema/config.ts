/** `baton.config.json`. `config.schema.json` is generated from this file. Unknown keys are errors. */
import * as z from "zod/mini";

const name = z.string().check(z.regex(/^[a-z0-9][a-z0-9_-]{0,63}$/));

/** A path below the repository root: relative, with `/`, never climbing out of it, and never into git's own folder. */
export const RelativePath = z.string().check(
  z.minLength(1),
  z.refine(
    (path) =>
      !/^([/\\]|[A-Za-z]:)/.test(path) &&
      !path.split(/[/\\]/).some((part) => /^(\.\.|\.git)$/i.test(part)) &&
      !/[\0\r\n]/.test(path),
    "must be a path below the repository root",
  ),
);

/** No path, so that it cannot lie anywhere but in node_modules: https://docs.npmjs.com/cli/configuring-npm/package-json#name */
const PackageName = z
  .string()
  .check(z.regex(/^(?:@[a-z0-9_-][\w.-]*\/)?[a-z0-9_-][\w.-]*$/i, "must be the name of a package"));

/** An argv array runs without a shell; a string is run by the shell. */
const Command = z.union([z.string().check(z.minLength(1)), z.array(z.string()).check(z.minLength(1))]);

const Agent = z.strictObject({
  name,
  label: z.optional(z.string()),
  state_file: z.optional(RelativePath),
  /** What starts the agent; `{brief}` stands for the path of the brief. */
  launch: z.optional(z.array(z.string()).check(z.minLength(1))),
  /** A package in the repository's node_modules that exports an agent adapter. */
  plugin: z.optional(PackageName),
});

const Gate = z.strictObject({
  command: z.optional(Command),
  timeout_ms: z.optional(z.number().check(z.positive())),
  files: z.optional(z.array(z.string())),
  enabled: z.optional(z.boolean()),
  /** Gates run one after another unless they say that they can run beside others. */
  parallel: z.optional(z.boolean()),
});

const Rule = z.strictObject({
  id: z.string().check(z.minLength(1)),
  level: z.enum(["STRICT", "FLEXIBLE"]),
  files: z.array(z.string()).check(z.minLength(1)),
  exclude: z.optional(z.array(z.string())),
  forbid: z.optional(z.string()),
  require: z.optional(z.string()),
  message: z.string().check(z.minLength(1)),
  fix: z.optional(z.string()),
});

const Handoff = z.strictObject({
  /** Gates that must pass, or the handoff is refused. */
  require: z.optional(z.array(z.string())),
  /** Seconds for all gates of one handoff together. */
  validate_budget_s: z.optional(z.number().check(z.positive())),
  /** Seconds for the repository's own hook, `.husky/pre-handoff`. */
  pre_handoff_timeout_s: z.optional(z.number().check(z.positive())),
  transcript: z.optional(z.enum(["native", "brief", "off"])),
  /** Tokens of conversation to carry at most. */
  max_tokens: z.optional(z.number().check(z.positive())),
});

const Redaction = z.strictObject({
  patterns: z.optional(
    z.array(
      z.strictObject({ name, pattern: z.string().check(z.minLength(1)), flags: z.optional(z.string()) }),
    ),
  ),
  allow: z.optional(z.array(z.string().check(z.minLength(4)))),
  /** Only the person's own config may set this. */
  enabled: z.optional(z.boolean()),
});

const Brief = z.strictObject({
  /** UTF-16 code units of a brief at most. */
  max_chars: z.optional(z.number().check(z.int(), z.gte(1000))),
});

export const ConfigSchema = z.strictObject({
  $schema: z.optional(z.string()),
  agents: z.optional(z.array(Agent)),
  gates: z.optional(z.record(name, Gate)),
  rules: z.optional(z.array(Rule)),
  handoff: z.optional(Handoff),
  github: z.optional(z.boolean()),
  redaction: z.optional(Redaction),
  brief: z.optional(Brief),
  /**
   * Person's own config only: plugins that a repository's config may name and that then run, in every repository where
   * they are installed. True stands for all of them.
   */
  allow_plugins: z.optional(z.union([z.boolean(), z.array(z.string())])),
});

export type Config = z.infer<typeof ConfigSchema>;
export type AgentConfig = z.infer<typeof Agent>;
export type GateConfig = z.infer<typeof Gate>;
export type RuleConfig = z.infer<typeof Rule>;
