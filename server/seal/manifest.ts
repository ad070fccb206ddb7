import type { DocumentSignature } from '../../signing/document-signature.ts';
import type { Manifest, ManifestObject } from '../../signing/manifest.ts';
import type { ProbeResult } from '../media/probe.ts';
import type { RecordState } from '../records/events.ts';

interface Parts {
  chain: string;
  record: RecordState;
  object: Omit<ManifestObject, 'encoding'>;
  probe: ProbeResult;
  findings: Manifest['findings'];
  captured: RecordState['captured'];
  sealedAt: Date;
  documentSignatures: readonly DocumentSignature[];
}

/** The statement that a record's signature is over: what arrived, when, from where, and what was found in it. */
export function manifestOf(parts: Parts): Manifest {
  const { chain, record, object, probe, findings, captured, sealedAt, documentSignatures } = parts;
  const { declared, deviceSerial } = record;
  const signed = documentSignatures.length > 0;
  return {
    v: signed ? 2 : 1,
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
    ...(captured?.from && { capturedFrom: new Date(captured.from).toISOString() }),
    ...(captured?.to && { capturedTo: new Date(captured.to).toISOString() }),
    ...(captured?.raw && { capturedRaw: captured.raw }),
    ...(declared.sha256 && { declared: { sha256: declared.sha256 } }),
    probe: probe as unknown as Manifest['probe'],
    findings: [...record.findings, ...findings],
    ...(signed && { documentSignatures }),
  };
}
