/** One run at a time: callers during a run share its result. */
export class SingleFlight<Result> {
  private running: Promise<Result> | null = null;

  constructor(private readonly task: () => Promise<Result>) {}

  /** Starts the task, or joins the current run. */
  run(): Promise<Result> {
    this.running ??= this.task().finally(() => {
      this.running = null;
    });
    return this.running;
  }

  /** Resolves once the current run has ended, whether it succeeded or not. */
  async settled(): Promise<void> {
    await this.running?.then(
      () => undefined,
      () => undefined,
    );
  }
}
