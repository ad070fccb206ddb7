/** A command of `npx tiezheng`. */
export interface Command {
  summary: { zh: string; en: string };
  usage: string;
  /** Whether it may run while the service runs on the same data folder. */
  besideServer: boolean;
  /** Resolves to the exit code. Settings come from `env`, as for the service. */
  run(args: string[], env: Record<string, string | undefined>): Promise<number>;
}
