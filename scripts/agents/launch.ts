/** The first prompt of a launched agent. Short, because the brief itself is in a file and may be long. */
export function launchPrompt(briefPath: string): string {
  return `Read the handoff brief in ${briefPath} and continue the task from where it says.`;
}
