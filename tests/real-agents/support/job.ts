import type { ClientName } from "./clients.ts";
import type { ModelRequest, Script } from "./script.ts";

/** What the launcher is asked to do. */
export interface ClientJob {
  agent: ClientName;
  program: string;
  args: string[];
  cwd: string;
  home: string;
  environment: Record<string, string>;
  script: Script;
  /** Sent to the client's process group when the script comes to a hang, or when `stopFile` appears. */
  interrupt: NodeJS.Signals;
  /** A file in the scratch folder that a command of the script makes when it is time to stop the client. */
  stopFile: string;
  timeLimitMs: number;
}

/** How it went. */
export interface ClientRun {
  code: number | null;
  signal: NodeJS.Signals | null;
  timedOut: boolean;
  stdout: string;
  stderr: string;
  requests: ModelRequest[];
  /** Turns of the script that the client did not come to, and requests that the script had no turn for. */
  unplayed: number;
  unscripted: number;
}
