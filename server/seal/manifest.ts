import type { Manifest, ManifestObject } from '../../signing/manifest.ts';
import type { ProbeResult } from '../media/probe.ts';
import type { RecordState } from '../records/events.ts';

interface Parts {
  chain: string;
  record: RecordState;
  object: Omit<ManifestObject, 'encoding'>;
  probe: ProbeResult;
  findings: Manifest['findings'];
  sealedAt: Date;
}

/** The statement that a record's signature is over: what arrived, when, from where, and what was found in it. */
export function manifestOf({ chain, record, object, probe, findings, sealedAt }: Parts): Manifest {
  const { captured, declared, deviceSerial } = record;
  const raw = captured?.raw ?? probe.creationTime?.raw;
  const from = captured?.from ?? probe.creationTime?.instant;
  return {
    v: 1,
    kind: 'tiezheng.manifest',
    agency: chain,
    record: record.id,
    object: { ...object, encoding: 'identity' },
    mediaType: record.mediaType ?? 'application/octet-stream',
    name: record.name,
    receivedAt: record.receivedAt,
    sealedAt: sealedAt.toISOString(),
    source: record.source,
    ...(deviceSerial && { device: deviceSerial }),
    ...(from && { capturedFrom: new Date(from).toISOString() }),
    ...(captured?.to && { capturedTo: new Date(captured.to).toISOString() }),
    ...(raw && { capturedRaw: raw }),
    ...(declared.sha256 && { declared: { sha256: declared.sha256 } }),
    probe: probe as unknown as Manifest['probe'],
    findings: [...record.findings, ...findings],
  };
}
