const BEGINNING = "Read the handoff brief in ";
const END = " and continue the task from where it says.";

/** The first prompt of an agent that Baton starts. Short, because the brief itself is in a file and may be long. */
export function launchPrompt(briefPath: string): string {
  return `${BEGINNING}${briefPath}${END}`;
}

/** Whether a text is that prompt: the person sends it, but asks for nothing of their own with it. */
export function isLaunchPrompt(text: string): boolean {
  const said = text.trim();
  return said.startsWith(BEGINNING) && said.endsWith(END);
}
