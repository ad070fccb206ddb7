import type { Buffer as WebBuffer } from './buffer.ts';

declare global {
  type Buffer = WebBuffer;
  const Buffer: typeof import('./buffer.ts').Buffer;
}
