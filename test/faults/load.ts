import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer, Client } from '../support/client.ts';
import { begin, film, head, offsetOf, patch, placeOf, sha256 } from '../support/uploads.ts';
import type { House, Role } from './house.ts';

const PATIENCE_MS = 180_000;
const PAUSE_MS = 40;
/** What a busy or restarting service may say; anything else in the range of 500 is a fault of its own. */
const MAY_SAY = [503, 507];

/** What clients were told is done, who repeat at another process what was not answered. */
export class Load {
  readonly departments = new Map<string, string>();
  /** Id of the record to the digest of what was sent. */
  readonly records = new Map<string, string>();
  readonly exports = new Set<string>();
  readonly unforeseen: Answer[] = [];
  /** The longest that a single operation took until it was acknowledged, ms. */
  longest = 0;
  readonly #house: House;
  #turn = 0;
  #seed = 0;

  constructor(house: House) {
    this.#house = house;
  }

  get acknowledged(): number {
    return this.departments.size + this.records.size + this.exports.size;
  }

  async found(name: string): Promise<void> {
    const key = { 'idempotency-key': randomUUID() };
    const answer = await this.#until('admin', (client) => client.post('/departments', { name }, key));
    this.departments.set(name, answer.body.id);
  }

  /** A film by tus in pieces; it goes on where the service says that it is. `begun` is told when the first piece is in. */
  async film(size: number, begun: () => void = () => {}): Promise<string> {
    this.#seed += 1;
    const bytes = film(size, this.#seed);
    const told = { filename: `${this.#seed}.mp4`, caseId: this.#house.people.caseId };
    const place = placeOf(await this.#until('dock', (client) => begin(client, { length: size, told })));
    const path = new URL(place, 'http://x').pathname;
    const piece = Math.max(1, Math.ceil(size / 4));
    for (let offset = 0; offset < size; ) {
      const next = bytes.subarray(offset, offset + piece);
      const sent = await this.#once('dock', (client) => patch(client, path, offset, next));
      if (sent?.status === 204) offset = offsetOf(sent);
      else {
        await sleep(PAUSE_MS);
        offset = offsetOf(await this.#until('dock', (client) => head(client, path)));
      }
      if (offset > 0) begun();
    }
    const id = path.split('/').at(-1) as string;
    await this.#until('clerk', (client) => client.get(`/records/${id}`));
    this.records.set(id, sha256(bytes));
    return id;
  }

  /** Asks for a package of the case. */
  async export(): Promise<string> {
    const key = { 'idempotency-key': randomUUID() };
    const path = `/cases/${this.#house.people.caseId}/exports`;
    const answer = await this.#until('archivist', (client) => client.post(path, { reason: '归档' }, key));
    this.exports.add(answer.body.id);
    return answer.body.id;
  }

  /** Until every record is sealed as it was sent, and every package is there. */
  async settle(): Promise<void> {
    for (const [id, digest] of this.records) {
      const record = await this.#when('clerk', `/records/${id}`, (body) => body.state !== 'received');
      assert.equal(record.state, 'sealed', `record ${id} is ${record.state}`);
      assert.equal(record.object.sha256, digest, `record ${id}`);
    }
    for (const id of this.exports) {
      const state = await this.#when('archivist', `/exports/${id}`, (body) => ['ready', 'failed'].includes(body.state));
      assert.equal(state.state, 'ready', `export ${id}: ${JSON.stringify(state)}`);
    }
  }

  // biome-ignore lint/suspicious/noExplicitAny: bodies of answers
  async #when(role: Role, path: string, met: (body: any) => boolean): Promise<any> {
    for (const began = performance.now(); ; await sleep(100)) {
      const { body } = await this.#until(role, (client) => client.get(path));
      if (met(body)) return body;
      assert.ok(performance.now() - began < PATIENCE_MS, `${path}: ${JSON.stringify(body)}`);
    }
  }

  async #until(role: Role, ask: (client: Client) => Promise<Answer>): Promise<Answer> {
    for (const began = performance.now(); ; await sleep(PAUSE_MS)) {
      const answer = await this.#once(role, ask);
      const took = performance.now() - began;
      if (answer && answer.status < 300) {
        this.longest = Math.max(this.longest, took);
        return answer;
      }
      assert.ok(took < PATIENCE_MS, `no answer: ${answer?.status} ${JSON.stringify(answer?.body)}`);
    }
  }

  async #once(role: Role, ask: (client: Client) => Promise<Answer>): Promise<Answer | undefined> {
    this.#turn += 1;
    const answer = await ask(this.#house.as(role, this.#turn)).catch((): undefined => undefined);
    if (answer && answer.status >= 500 && !MAY_SAY.includes(answer.status)) this.unforeseen.push(answer);
    return answer;
  }
}
