import { Command as Commander, CommanderError, Option } from "commander";
import { EXIT, UserError } from "../base/errors.ts";
import { count, list } from "../base/text.ts";
import { COMMON_OPTIONS, type Command, type Input, type OptionSpec } from "../commands/command.ts";

export interface Parsed {
  input: Input;
  quiet: boolean;
}

/** What was asked for instead of a run: the text of `--help`. */
export interface HelpRequest {
  help: string;
}

/**
 * Reads `argv` by what `command` says that it takes.
 * Throws `UserError` (code 2) with the nearest known word when something was typed wrong.
 */
export function parseArguments(
  name: string,
  about: string,
  command: Command,
  argv: readonly string[],
): Parsed | HelpRequest {
  const parser = parserOf(name, about, command);
  let help = "";
  parser.configureOutput({
    writeOut: (text) => {
      help += text;
    },
    // The error itself carries the words; they are printed in one place only.
    writeErr: () => {},
  });
  try {
    parser.parse([...argv], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (help !== "") return { help };
    throw wrongUsage(name, command, error, parser.args);
  }
  verifyValues(name, command, parser.opts());
  const { json, quiet, ...options } = parser.opts();
  return { input: { args: parser.args, options, json: json === true }, quiet: quiet === true };
}

function parserOf(name: string, about: string, command: Command): Commander {
  const parser = new Commander(`baton ${name}`).description(about).exitOverride().allowExcessArguments(false);
  parser.showSuggestionAfterError(true);
  for (const argument of command.arguments) {
    const word = argument.rest === true ? `${argument.name}...` : argument.name;
    parser.argument(argument.required ? `<${word}>` : `[${word}]`, argument.about);
  }
  for (const spec of [...command.options, ...COMMON_OPTIONS]) parser.addOption(optionOf(spec));
  const examples = command.examples ?? [];
  if (examples.length > 0)
    parser.addHelpText("after", `\nExamples:\n${examples.map((line) => `  ${line}`).join("\n")}`);
  return parser;
}

function optionOf(spec: OptionSpec): Option {
  const option = new Option(spec.flags, spec.about);
  if (spec.choices !== undefined) option.choices([...spec.choices]);
  if (spec.repeatable === true) {
    option.argParser((value: string, earlier: string[] | undefined) => [...(earlier ?? []), value]);
  }
  return option;
}

/** An empty value, or an option in the place of one, comes from a variable that is not set, or a forgotten word. */
function verifyValues(name: string, command: Command, given: Record<string, unknown>): void {
  const known = [...command.options, ...COMMON_OPTIONS].map(optionOf);
  for (const option of known.filter(({ required }) => required)) {
    for (const value of [given[option.attributeName()]].flat()) {
      if (typeof value !== "string") continue;
      if (value.trim() !== "" && !known.some(({ long, short }) => long === value || short === value))
        continue;
      const wrong = value.trim() === "" ? "nothing" : `the option ${value}`;
      throw new UserError(
        `${option.long} needs a value, and was given ${wrong}.`,
        `Give it one, such as ${option.flags.replace(/^-\w, /, "")}, or leave ${option.long} out. See: baton ${name} --help`,
        EXIT.usage,
      );
    }
  }
}

/** What the parser refuses, in our words, with what to type instead. */
function wrongUsage(
  name: string,
  command: Command,
  error: CommanderError,
  args: readonly string[],
): UserError {
  const [said = "", ...hints] = error.message.replace(/^error: /, "").split("\n");
  const [quoted = "", value = ""] = [...said.matchAll(/'([^']*)'/g)].map(([, word = ""]) => word);
  const long = /--[\w-]+/.exec(quoted)?.[0] ?? quoted;
  const example = command.examples?.[0];
  const help = `See: baton ${name} --help`;
  const wrong = (message: string, fix = help) => new UserError(message, fix, EXIT.usage);
  switch (error.code) {
    case "commander.optionMissingArgument": {
      const kind = /<(\w+)>/.exec(quoted)?.[1] ?? "value";
      return wrong(`${long} needs a value: ${long} ${kind === "text" ? '"…"' : `<${kind}>`}`);
    }
    case "commander.missingArgument": {
      const about = command.arguments.find((argument) => argument.name === quoted)?.about;
      return wrong(
        `baton ${name} needs ${quoted === "" ? "an argument" : `<${quoted}>`}${about === undefined ? "" : `: ${about}`}.`,
        `${example === undefined ? "" : `Such as: ${example}\n   `}${help}`,
      );
    }
    case "commander.unknownOption": {
      const near = /Did you mean (?:one of )?(.*)\?/.exec(hints.join(" "))?.[1];
      return wrong(
        `baton ${name} has no option ${quoted}.`,
        `${near === undefined ? "" : `Did you mean ${near}? `}${help}`,
      );
    }
    case "commander.excessArguments": {
      const most = command.arguments.length;
      const takes = most === 0 ? "takes no arguments" : `takes ${count(most, "argument")} at most`;
      return wrong(`baton ${name} ${takes}, and was given ${args.length}: ${list(args)}.`);
    }
    case "commander.invalidArgument": {
      const choices = /Allowed choices are (.*)\.$/.exec(said)?.[1];
      if (choices !== undefined) return wrong(`${long} cannot be "${value}". It is one of: ${choices}.`);
    }
  }
  return wrong(`${said.charAt(0).toUpperCase()}${said.slice(1)}${said.endsWith(".") ? "" : "."}`);
}
