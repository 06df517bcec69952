/** How the client ends the answer of a command, in whose words the model learns the exit code. */
const CLIENTS_OWN = /<shellId: \S+ completed with exit code (-?\d+)>\s*$/;
const NOTE = /\n<completed with exit code -?\d+>$/;
/** The note is at the end: a long output need not be searched. */
const LONGEST_NOTE = 200;

export function exitCodeIn(output: string): number | null {
  const code = CLIENTS_OWN.exec(output.slice(-LONGEST_NOTE))?.[1];
  return code === undefined ? null : Number(code);
}

/** The output of another agent's command that failed, with its exit code: otherwise the model would not learn it. */
export function withExitNote(output: string, exitCode: number | null): string {
  if (exitCode === null || exitCode === 0 || exitCodeIn(output) !== null) return output;
  return `${output}\n<completed with exit code ${exitCode}>`;
}

/** The output as it was before `withExitNote`. */
export function withoutExitNote(output: string): string {
  const end = output.slice(-LONGEST_NOTE);
  const note = NOTE.exec(end)?.[0] ?? "";
  return output.slice(0, output.length - note.length);
}
