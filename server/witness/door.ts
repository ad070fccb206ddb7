import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { ADD_CHECKPOINT_LIMIT } from '../../signing/add-checkpoint.ts';
import type { Witness, WitnessAnswer } from './witness.ts';

/** So long a request may take to come in, in ms. */
const PATIENCE_MS = 20_000;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** `POST <prefix>/add-checkpoint` (C2SP tlog-witness). Rejects when the witness cannot decide; nothing is answered then. */
export async function answerAddCheckpoint(witness: Witness, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const body = await bodyOf(req);
  const answer: WitnessAnswer | { status: 408 | 413; reason: string } =
    typeof body === 'number' ? { status: body, reason: 'too long' } : await witness.add(textOf(body));
  const [type, text] =
    'cosignature' in answer
      ? ['text/plain; charset=utf-8', answer.cosignature]
      : 'size' in answer
        ? ['text/x.tlog.size', `${answer.size}\n`]
        : ['text/plain; charset=utf-8', `${answer.reason}\n`];
  res.writeHead(answer.status, { 'Content-Type': type, 'Cache-Control': 'no-store' }).end(text);
}

/** The body, or the status of its refusal. */
async function bodyOf(req: IncomingMessage): Promise<Buffer | 408 | 413> {
  const parts: Buffer[] = [];
  let size = 0;
  const late = new AbortController();
  const timeout = sleep(PATIENCE_MS, 408 as const, { signal: late.signal }).catch(() => 408 as const);
  const take = async () => {
    for await (const part of req.iterator({ destroyOnReturn: false })) {
      size += (part as Buffer).length;
      if (size > ADD_CHECKPOINT_LIMIT) return 413;
      parts.push(part as Buffer);
    }
    return Buffer.concat(parts);
  };
  return await Promise.race([take(), timeout]).finally(() => late.abort());
}

/** What is not UTF-8 is no request: the empty text is refused as one. */
function textOf(body: Buffer): string {
  try {
    return utf8.decode(body);
  } catch {
    return '';
  }
}
