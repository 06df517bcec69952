import { join, relative } from "node:path";
import type { Finding } from "../../../../schema/finding.ts";
import { shellLine } from "../../../base/text.ts";
import type { Draft } from "../draft.ts";
import {
  HOOKS,
  type Hook,
  hookLine,
  isEmptyHook,
  isShellHook,
  runsScript,
  withHookBlock,
} from "../hook-text.ts";
import { hasBlock, withoutBlocks } from "../marks.ts";
import type { Place } from "../place.ts";
import { type InitRecord, nameOf } from "../record.ts";

/** Puts our block into the hook files in `folder`. A file that a shell cannot run, or git would not, is left alone. */
export async function addHookFiles(
  draft: Draft,
  place: Place,
  folder: string,
  { mustBeExecutable, hooks = HOOKS }: { mustBeExecutable: boolean; hooks?: readonly Hook[] },
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const hook of hooks) {
    const path = join(folder, hook);
    const file = await draft.look(path);
    if (file.kind === "odd") {
      findings.push(byHand(path, file.why, hook, place));
    } else if (file.kind === "absent") {
      await draft.put(path, withHookBlock(hook, null), {
        about: "git hook",
        isFirst: true,
        executable: true,
      });
    } else if (!isShellHook(file.text)) {
      if (!runsScript(file.text, hook)) findings.push(byHand(path, "is not a shell script", hook, place));
    } else if (mustBeExecutable && !file.executable) {
      findings.push({
        level: "warn",
        message: `${relative(place.root, path)} is not executable, so git does not run it. It was left as it is.`,
        fix: `${shellLine(["chmod", "+x", relative(place.root, path)])} && baton init`,
      });
    } else {
      const isFirst = !hasBlock(file.text);
      await draft.put(path, withHookBlock(hook, file.text), { about: "git hook", isFirst, executable: true });
    }
  }
  return findings;
}

function byHand(path: string, why: string, hook: Hook, place: Place): Finding {
  return {
    level: "warn",
    message: `${relative(place.root, path)} ${why}. It was left as it is; let it run this line with sh:`,
    fix: hookLine(hook),
  };
}

/** Takes our blocks out. A file that then does nothing goes with its block, unless it was there before us. */
export async function removeHookFiles(
  draft: Draft,
  place: Place,
  folder: string,
  record: InitRecord,
): Promise<void> {
  for (const hook of HOOKS) {
    const path = join(folder, hook);
    const file = await draft.look(path);
    if (file.kind !== "text" || !hasBlock(file.text)) continue;
    const text = withoutBlocks(file.text);
    const wasThere = (record.get(nameOf(path, place))?.before ?? null) !== null;
    await draft.put(path, isEmptyHook(text) && !wasThere ? null : text, { about: "git hook" });
  }
}
