import { createTwoFilesPatch } from "diff";
import type { Edit } from "./draft.ts";
import type { Place } from "./place.ts";
import { nameOf } from "./record.ts";

/** The edits as one unified diff. */
export function unifiedDiff(edits: readonly Edit[], place: Place): string {
  return edits
    .map(({ path, before, after }) => {
      const name = nameOf(path, place);
      return createTwoFilesPatch(
        before === null ? "/dev/null" : `a/${name}`,
        after === null ? "/dev/null" : `b/${name}`,
        before ?? "",
        after ?? "",
      ).replace(/^=+\n/, "");
    })
    .join("");
}
