/** One run at a time: whoever asks while it goes on shares its result. */
export class SingleFlight<Result> {
  private running: Promise<Result> | null = null;

  constructor(private readonly task: () => Promise<Result>) {}

  /** Starts the task, or joins the run that goes on. */
  run(): Promise<Result> {
    this.running ??= this.task().finally(() => {
      this.running = null;
    });
    return this.running;
  }

  /** Resolves once no run goes on, however it ended. */
  async settled(): Promise<void> {
    await this.running?.then(
      () => undefined,
      () => undefined,
    );
  }
}
