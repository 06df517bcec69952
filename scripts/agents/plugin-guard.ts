import { EXIT, errorMessage, isUserError, UserError } from "../base/errors.ts";
import type { AgentAdapter, SessionReader, SessionWriter } from "./adapter.ts";

/** The same agent; what its code throws names the package, since the fault is neither the person's nor ours. */
export function guarded(agent: AgentAdapter, packageName: string): AgentAdapter {
  const { reader, writer, ...rest } = agent;
  const guard = guardOf(packageName);
  return {
    ...rest,
    ...(reader !== undefined && { reader: guardedReader(reader, guard) }),
    ...(writer !== undefined && { writer: guardedWriter(writer, guard) }),
  };
}

type Guard = ReturnType<typeof guardOf>;

function guardOf(packageName: string) {
  const explained = (error: unknown) =>
    isUserError(error)
      ? error
      : new UserError(
          `The plugin ${packageName} failed: ${errorMessage(error)}`,
          fixOf(error) ?? `Tell those who make it: npm bugs ${packageName}`,
          EXIT.failed,
          { cause: error },
        );
  return {
    async run<T>(work: () => T | Promise<T>): Promise<T> {
      try {
        return await work();
      } catch (error) {
        throw explained(error);
      }
    },
    async *each<T>(items: () => AsyncIterable<T>): AsyncGenerator<T> {
      try {
        yield* items();
      } catch (error) {
        throw explained(error);
      }
    },
  };
}

/** What the plugin itself says that the person can do about it. */
function fixOf(error: unknown): string | null {
  return error instanceof Error && "fix" in error && typeof error.fix === "string" ? error.fix : null;
}

function guardedReader(reader: SessionReader, { run, each }: Guard): SessionReader {
  return {
    places: (store) => run(() => reader.places(store)),
    sessions: (store, query) => each(() => reader.sessions(store, query)),
    open: (store, session) =>
      run(async () => {
        const transcript = await reader.open(store, session);
        return {
          agent: transcript.agent,
          get facts() {
            return transcript.facts;
          },
          get stats() {
            return transcript.stats;
          },
          entries: () => each(() => transcript.entries()),
        };
      }),
  };
}

function guardedWriter(writer: SessionWriter, { run }: Guard): SessionWriter {
  return {
    write: (store, request) =>
      run(async () => {
        const written = await writer.write(store, request);
        return { ...written, undo: () => run(() => written.undo()) };
      }),
    resume: (sessionId) => writer.resume(sessionId),
    confirm: (store, sessionId, cwd) =>
      run(async () => (await writer.confirm?.(store, sessionId, cwd)) ?? null),
  };
}
