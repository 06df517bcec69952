// Preloaded into a program of a test, whose answers then hold the same times on each run.
const now = Date.parse(process.env.TEST_NOW ?? "");
const RealDate = Date;

globalThis.Date = class extends RealDate {
  constructor(...given) {
    super(...(given.length === 0 ? [now] : given));
  }

  static now() {
    return now;
  }
};
