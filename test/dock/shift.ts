import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { appendFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { watchMemory } from '../faults/memory.ts';
import { foundAgency } from '../support/agency.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { type ServerProcess, startServer } from '../support/process.ts';
import { type Line, of, type Running, Station } from './support.ts';

/** A service and a dock's agent as processes of their own, each of which can be killed and started again, and all that the agents have told. */
export class Shift {
  readonly station: Station;
  readonly agency: string;
  /** Of all agents, one after the other. */
  readonly lines: Line[] = [];
  readonly memory = watchMemory(() => (this.agent ? [this.agent.child.pid ?? 0] : []));
  agent: Running | undefined;
  #service: ServerProcess | undefined;
  readonly #dataDir: string;
  readonly #port: string;

  private constructor(dataDir: string, port: number, agency: string, token: string) {
    this.#dataDir = dataDir;
    this.#port = String(port);
    this.agency = agency;
    this.station = new Station(`http://127.0.0.1:${port}`, token);
  }

  /** Founds the agency, its department and its dock; neither process runs yet. */
  static async found(): Promise<Shift> {
    const dataDir = mkdtempSync(join(tmpdir(), 'tiezheng-shift-'));
    const app = await startApp({ dataDir });
    const agency = await foundAgency(app);
    const { client } = await agency.dock(await agency.department());
    await app.stop();
    return new Shift(dataDir, await freePort(), agency.id, client.bearer ?? '');
  }

  async serve(settings: Record<string, string> = {}): Promise<void> {
    const rates = { RATE_CALLS: '1000000', RATE_TRANSFERS: '1000000', RATE_ADDRESS: '1000000' };
    this.#service = startServer(this.#dataDir, { PORT: this.#port, ...rates, ...settings });
    await this.#service.origin;
  }

  /** Like the power: without a word. */
  async killService(): Promise<void> {
    await this.#service?.kill('SIGKILL');
  }

  work(args: readonly string[]): Running {
    this.agent = this.station.start(['--status', 'off', '--every', '0.5', ...args]);
    this.agent.told((line) => this.lines.push(line));
    return this.agent;
  }

  /** The power goes while the agent writes its state: what is torn stands at the end of the journal. */
  async killAgent(): Promise<void> {
    this.agent?.child.kill('SIGKILL');
    await this.agent?.ended;
    const journal = join(this.station.folder, 'dock.db-wal');
    if (existsSync(journal)) appendFileSync(journal, randomBytes(3000));
  }

  /** Resolves when so many have been told; the agent must be running. */
  async told(event: string, times: number): Promise<void> {
    while (of(this.lines, event).length < times) {
      if (this.agent?.child.exitCode !== null) throw new Error(`it ended: ${JSON.stringify(await this.agent?.ended)}`);
      await sleep(20);
    }
  }

  /** The installation in this process, when its own is killed. */
  look = (): Promise<TestApp> => startApp({ dataDir: this.#dataDir });

  async end(): Promise<void> {
    this.memory.stop();
    this.agent?.child.kill('SIGKILL');
    await this.killService();
    this.station.destroy();
    rmSync(this.#dataDir, { recursive: true, force: true });
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
