import type { Finding } from "../../../../schema/finding.ts";
import type { Draft } from "../draft.ts";
import type { Place } from "../place.ts";
import type { InitRecord } from "../record.ts";

/** One way in which a repository keeps its git hooks, and how Baton joins it. */
export interface HookManager {
  /** As people call it. */
  name: string;
  /** The file or folder that it keeps its hooks in, absolute, or null where it is not in use. */
  find(place: Place): Promise<string | null>;
  /** Puts our part in. Findings are about what a person has to do. */
  add(draft: Draft, place: Place, home: string): Promise<Finding[]>;
  /** Takes our part out again. */
  remove(draft: Draft, place: Place, home: string, record: InitRecord): Promise<void>;
  /** What keeps our part from running, although it is in. */
  check(place: Place, home: string): Promise<Finding[]>;
}
