import { Command as Commander, CommanderError, Option } from "commander";
import { EXIT, EXIT_CODES_HELP, UserError } from "../base/errors.ts";
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
    throw wrongUsage(name, error);
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
  parser.addHelpText("after", EXIT_CODES_HELP);
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
      if (value.trim() !== "" && !known.some(({ long }) => long === value)) continue;
      const wrong = value.trim() === "" ? "nothing" : `the option ${value}`;
      throw new UserError(
        `${option.long} needs a value, and was given ${wrong}.`,
        `Give it one, such as ${option.flags}, or leave ${option.long} out. See: baton ${name} --help`,
        EXIT.usage,
      );
    }
  }
}

function wrongUsage(name: string, error: CommanderError): UserError {
  const [what = "", ...hints] = error.message.replace(/^error: /, "").split("\n");
  const sentence = `${what.charAt(0).toUpperCase()}${what.slice(1)}`;
  const hint = hints.join(" ").replace(/^\(|\)$/g, "");
  return new UserError(
    sentence.endsWith(".") ? sentence : `${sentence}.`,
    `${hint === "" ? "" : `${hint} `}See: baton ${name} --help`,
    EXIT.usage,
  );
}
