/** Something that a person should know before a handoff: what it is, how bad, and what to type. */
export interface Finding {
  level: "info" | "warn" | "fail";
  message: string;
  fix?: string;
  /** The check that it is about, where it is about one. */
  gate?: string;
}
