/** One measured thing. */
export interface BenchRow {
  name: string;
  /** The figure with its unit, for people. */
  figure: string;
  /** Against what it is compared with in the same run; null where nothing is. */
  ratio: number | null;
  /** The ratio that it must not exceed; null where none is set. */
  limit: number | null;
}
