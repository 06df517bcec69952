const LONGEST = 40;
const GO_AHEAD = new RegExp(
  `^(?:(?:${[
    "please",
    "ok(?:ay)?",
    "yes",
    "y",
    "yep",
    "sure",
    "thanks?(?: you)?",
    "great",
    "perfect",
    "good",
    "continue",
    "proceed",
    "resume",
    "go (?:on|ahead)",
    "carry on",
    "keep going",
    "(?:ja|danke|bitte|weiter|mach weiter)",
  ].join("|")})[\\s,.!]*)+$`,
  "i",
);

/** Whether a text only says yes, thanks or "continue": it asks for nothing that was not asked before. */
export function isGoAhead(text: string): boolean {
  const said = text.trim();
  return said.length <= LONGEST && GO_AHEAD.test(said);
}
