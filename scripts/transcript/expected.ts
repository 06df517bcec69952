/** Text or a command beyond this is not looked through. */
const LONGEST = 4000;

/** Commands that answer "no" with exit code 1: nothing found, or not the same. */
const ANSWERING =
  /^(?:(?:e|f|z)?grep|rg|ag|ack|diff|cmp|test|\[|which|type|pgrep|command -v|git(?: -\S+(?: \S+)?)? (?:diff|grep|check-ignore|show-ref|merge-base --is-ancestor))(?=\s|$)/;
/** What stands before such a command and fails for nobody. */
const HARMLESS = /^(?:cd|echo|printf|export|set|:|true)(?=\s|$)/;
const QUOTED = /'[^']*'|"(?:[^"\\]|\\.)*"/g;

/** Whether exit code 1 of this command is an answer, such as grep's that nothing matched, and no failure. */
export function isAnswer(command: string): boolean {
  if (command.length > LONGEST) return false;
  // What is quoted may hold any sign: only the shell's own ones part commands.
  const line = command.replace(QUOTED, "''");
  // Of a list or a pipe the last command gives the exit code; of `a && b` any of them may.
  const last =
    line
      .trim()
      .split(/;|\n|\|\|?/)
      .at(-1) ?? "";
  const parts = last.split("&&").map((part) => part.trim());
  return ANSWERING.test(parts.at(-1) ?? "") && parts.slice(0, -1).every((part) => HARMLESS.test(part));
}

const FAILURE = /\b(?:fail(?:s|ed|ing|ures?)?|errors?|red|breaks?|exit code [1-9])\b/i;
const AS_PLANNED = /\bas (?:expected|planned|intended|it should)\b/i;
const FORESEEN = new RegExp(
  [
    "\\bexpect(?:ed|s|ing)? (?:[\\w'`]+ ){0,5}(?:to )?(?:fail|be red|failure)\\b",
    "\\b(?:should|supposed to|meant to) (?:\\w+ ){0,2}(?:fail|be red)\\b",
    "\\b(?:failures?|failing|errors?|exit code [1-9]) (?:is|are|was|were) (?:\\w+ )?(?:expected|intended|intentional|on purpose)\\b",
    "\\b(?:watch|see) (?:it|them|this|the (?:new )?tests?) fail\\b",
  ].join("|"),
  "i",
);
const DENIED = new RegExp(
  [
    "\\bunexpected",
    "(?:\\b(?:not|never|without|instead of)|n't)\\b[^.!?]{0,40}\\b(?:expect|fail|error|red|supposed|intended|planned)",
    "\\bexpected\\b[^.!?]{0,60}\\b(?:but|got|received)\\b",
    "\\b(?:work|pass|succeed|build|compile)(?:s|es|ed)? as (?:expected|planned|intended)",
  ].join("|"),
  "i",
);
const SHORT =
  /^(?:(?:good|ok(?:ay)?|right|great)[,:.]? )?(?:as expected|(?:that|this)(?: is|'s| was) (?:as )?expected)\b/i;

/** Whether the assistant says that a failure was, or will be, just what it wants: a new test that is to fail first. */
export function saysExpected(text: string): boolean {
  return sentences(text).some((sentence) => {
    if (DENIED.test(sentence)) return false;
    const isPlanned = AS_PLANNED.test(sentence) && FAILURE.test(sentence);
    return isPlanned || FORESEEN.test(sentence) || SHORT.test(sentence);
  });
}

function sentences(text: string): string[] {
  return text
    .slice(-LONGEST)
    .split(/(?<=[.!?:])\s+|\n+/)
    .map((sentence) => sentence.trim());
}
