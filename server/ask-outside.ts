const TIMEOUT_MS = 10_000;

export interface OutsideAnswer {
  status: number;
  /** Media type without parameters. */
  type: string | undefined;
  body: Uint8Array;
}

/** Posts to a service outside: ten seconds, no redirects, at most `limit` bytes of answer. Rejects when any of it fails. */
export async function askOutside(
  url: string,
  body: Uint8Array,
  { headers, limit }: { headers: Record<string, string>; limit: number },
): Promise<OutsideAnswer> {
  const response = await fetch(url, {
    method: 'POST',
    redirect: 'error',
    headers,
    body: Buffer.from(body),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body ?? []) {
    size += part.length;
    if (size > limit) throw new Error('its answer is too large');
    parts.push(part);
  }
  const type = response.headers.get('content-type')?.split(';')[0]?.trim();
  return { status: response.status, type, body: Buffer.concat(parts) };
}
