import type { Bytes } from './type-bytes.ts';

/**
 * Packet lengths: plain, after a four-byte time code (BDAV), before sixteen bytes of error correction (ISO/IEC
 * 13818-1, DVB).
 */
const LENGTHS = [188, 192, 204];
const AT_ONCE = 3;
const IN_MIDDLE = 8;

/**
 * MPEG transport stream: the sync byte at the distance of packets, all through the head. From its first packet three
 * are enough; a recording that was cut out of a running stream may begin inside a packet, and then takes eight.
 */
export function isTransportStream(head: Bytes): boolean {
  return LENGTHS.some((length) => {
    for (let offset = 0; offset < length; offset++) {
      if (head.byte(offset) !== 0x47) continue;
      const packets = packetsFrom(head, offset, length);
      if (packets >= (offset === 0 || (offset === 4 && length === 192) ? AT_ONCE : IN_MIDDLE)) return true;
    }
    return false;
  });
}

/**
 * Packets from the offset to the end of the head; 0 when one of them has no sync byte or says that it has neither
 * field nor payload.
 */
function packetsFrom(head: Bytes, offset: number, length: number): number {
  let packets = 0;
  for (let at = offset; at + 188 <= head.length; at += length) {
    if (head.byte(at) !== 0x47 || (head.byte(at + 3)! & 0x30) === 0) return 0;
    packets++;
  }
  return packets;
}
