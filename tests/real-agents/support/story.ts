import type { Todo } from "../../../schema/transcript.ts";
import type { Client } from "./client.ts";
import { call, hang, rateLimit, say, type Turn } from "./script.ts";
import { STOP_COMMAND } from "./workplace.ts";

/** One ask of the person and what the model does about it. */
export interface Chapter {
  ask: string;
  turns: Turn[];
  /** The turns of the subagent that the model starts in it. */
  helper?: Turn[];
  /** What the client is sent at a hang. Default: SIGKILL. */
  interrupt?: NodeJS.Signals;
  /** The answer to requests for a title or a summary. */
  aside?: string;
}

export const STEPS = ["Write the greeting", "Check the greeting", "Mention it in the README"] as const;

const list = (...status: Todo["status"][]): Todo[] =>
  STEPS.map((text, index) => ({ text, status: status[index] ?? "pending" }));

/** The todo list as it grows: planned, one step done, two steps done. */
export const PLANNED = list("in_progress", "pending", "pending");
export const ONE_DONE = list("completed", "in_progress", "pending");
export const TWO_DONE = list("completed", "completed", "in_progress");

export const LIMIT = "You have reached your usage limit.";

/** A first ask: the model looks, plans, writes a file, runs a command that fails, and reports. */
export function opening({ tools }: Client, repo: string): Chapter {
  return {
    ask: "Add a greeting to the project and check it",
    turns: [
      {
        kind: "say",
        reasoning: "The project is small, so I look at it first.",
        text: "I look at the project first.",
        calls: [tools.run("ls")],
      },
      call("Here is my plan.", ...tools.plan(PLANNED, [])),
      call("Now the greeting.", tools.write(`${repo}/greeting.txt`, "Hello\n")),
      call("I look for an older one.", tools.run("cat missing.txt")),
      call("There is none.", ...tools.plan(ONE_DONE, PLANNED)),
      say("The greeting is in greeting.txt. Next I check it."),
    ],
  };
}

/** A second ask, in the same session. */
export function check({ tools }: Client, repo: string): Chapter {
  return {
    ask: "Go on with the check",
    turns: [
      call("I read it.", tools.read(`${repo}/greeting.txt`)),
      call("It is right.", ...tools.plan(TWO_DONE, ONE_DONE)),
      say("The greeting is as it should be. The README comes next."),
    ],
  };
}

/** A third ask, which the model's usage limit cuts off after one command. */
export function cutOff({ tools }: Client): Chapter {
  return {
    ask: "Now the README",
    turns: [call("I look at the README.", tools.run("cat README.md")), rateLimit(LIMIT)],
  };
}

/** An ask that ends with the client being killed while its command runs, once it had time to write that down. */
export function killed({ tools }: Client): Chapter {
  return {
    ask: "Start the long job",
    turns: [call("I start it.", tools.run(`sleep 3; ${STOP_COMMAND}`))],
  };
}

/** An ask that the person breaks off while the model thinks. */
export function stopped({ tools }: Client): Chapter {
  return {
    ask: "Look around and think about it",
    turns: [call("I look around.", tools.run("ls")), hang()],
    interrupt: "SIGINT",
  };
}

/** The simplest thing: one ask, one command, one answer. */
export function glance({ tools }: Client): Chapter {
  return {
    ask: "What is in this folder?",
    turns: [call("I list the files.", tools.run("ls")), say("A README and instructions for agents.")],
  };
}

export const HELPER_ASK = "Count the files in this folder";

/** An ask that the model hands on to a subagent. The command after it gives a slow subagent its time. */
export function delegated({ tools }: Client): Chapter {
  const report = tools.report?.("There are two files.");
  return {
    ask: "Let a helper count the files",
    turns: [
      call("I ask a helper.", tools.delegate(HELPER_ASK)),
      call("I wait for it.", tools.run("sleep 2")),
      say("The helper found two files."),
    ],
    helper: [
      call("I count them.", tools.run("ls | wc -l")),
      report === undefined ? say("There are two files.") : call("I report.", report),
    ],
  };
}

export const SUMMARY = "SUMMARY: the folder has a README and instructions for agents.";
