declare const redacted: unique symbol;

/**
 * A value that has been through `privacy/redact`. Every exit (state store, brief, printer, agent writer)
 * takes only this type, so that forgetting redaction does not compile. Nothing but `privacy/` makes one.
 */
export type Redacted<T> = T & { readonly [redacted]: true };
