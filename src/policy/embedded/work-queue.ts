/**
 * The order of a backend's work: exclusive work waits for all before it, shared work only for the
 * exclusive work before it.
 */
export class WorkQueue {
  /** Settles with the last exclusive work. */
  #last: Promise<unknown> = Promise.resolve();
  /** Shared work since then. */
  #sharing = new Set<Promise<unknown>>();

  /** Runs alone, after everything asked for before. */
  exclusive<Result>(work: () => Promise<Result>): Promise<Result> {
    const before = Promise.allSettled([this.#last, ...this.#sharing]);
    const run = before.then(work);
    this.#last = run;
    this.#sharing = new Set();
    return run;
  }

  /** Runs beside other shared work. */
  shared<Result>(work: () => Promise<Result>): Promise<Result> {
    const sharing = this.#sharing;
    const run = Promise.allSettled([this.#last]).then(work);
    const leave = (): void => void sharing.delete(run);
    sharing.add(run);
    run.then(leave, leave);
    return run;
  }
}
