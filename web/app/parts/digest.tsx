import { Copyable } from './copyable.tsx';

/** A digest or a long id: its beginning and its end, the whole of it on hover and when copied. */
export function Digest({ value }: { value: string }) {
  const short = value.length > 20 ? `${value.slice(0, 8)}…${value.slice(-6)}` : value;
  return <Copyable text={value} short={short} code />;
}
