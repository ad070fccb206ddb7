import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { sha256Hex } from '../../signing/digest.ts';
import { Fault } from '../errors.ts';
import type { Feature } from '../http/route.ts';
import { route } from '../http/route.ts';
import { idParam } from '../http/shapes.ts';
import { recordKind } from '../records/events.ts';
import { ofRecordToRead, recordBelongs } from '../records/reach.ts';
import { lockRoute } from './lock-routes.ts';
import { manifestBytes, receiptOf } from './receipt.ts';

/** How long a receipt waits for the checkpoint over its entry, in ms, before it is answered with 202 (RFC 9110 section 15.3.3). */
const PATIENCE_MS = 5000;

/** `no`: for programs, without receipt.pdf. */
const receiptQuery = z.strictObject({ paper: z.enum(['yes', 'no']).default('yes') });
const RETRY_SECONDS = '2';

export const sealRoutes: Feature = (deps) => ({
  routes: [
    route({
      method: 'get',
      path: '/trust',
      summary: { zh: '信任锚：根证书与签名证书', en: 'What verifiers trust: root and signer certificates' },
      access: { open: 'public certificates; a stranger needs them to verify' },
      leaves: [],
      answer: z.object({ ca: z.string(), signer: z.string(), tsa: z.string() }),
      handler: async () => ({
        ...{ ca: deps.signer.caPem, signer: deps.signer.certificatePem },
        tsa: deps.time.tsaPem,
      }),
    }),
    route({
      method: 'get',
      path: '/records/{id}/manifest',
      summary: { zh: '固化清单：签名所覆盖的内容', en: 'The manifest of a sealed record: what its signature covers' },
      access: { permission: 'record.read', of: ofRecordToRead },
      leaves: [],
      params: idParam,
      answer: z.object({
        /** Of the UTF-8 bytes of `text`. */
        sha256: z.string(),
        /** Canonical JSON, as it was signed. */
        text: z.string(),
      }),
      handler: async (context, { params }) => {
        const record = await context.get(recordKind, params.id);
        if (record.state === 'disposed') throw new Fault('RECORD_DISPOSED');
        const bytes = await manifestBytes(deps, context.chain, record);
        return { sha256: sha256Hex(bytes), text: Buffer.from(bytes).toString() };
      },
    }),
    lockRoute(deps),
  ],
  doors: [
    {
      method: 'get',
      path: '/trust/ca.pem',
      summary: { zh: '根证书（PEM）', en: 'The root certificate as PEM' },
      access: { open: 'a public certificate' },
      leaves: [],
      serve: async (_context, _req, res) => {
        res.type('application/x-pem-file').send(deps.signer.caPem);
      },
    },
    {
      method: 'get',
      path: '/trust/tsa.pem',
      summary: { zh: '时间戳机构证书（PEM）', en: 'Certificates of the time-stamping authorities as PEM' },
      access: { open: 'public certificates' },
      leaves: [],
      serve: async (_context, _req, res) => {
        res.type('application/x-pem-file').send(deps.time.tsaPem);
      },
    },
    {
      method: 'get',
      path: '/trust/ca.crl',
      summary: { zh: '证书吊销列表（DER）', en: 'The revocation list as DER (RFC 5280, RFC 2585)' },
      access: { open: 'a public revocation list; certificates point here' },
      leaves: [],
      serve: async (_context, _req, res) => {
        res.type('application/pkix-crl').send(Buffer.from(deps.time.crl()));
      },
    },
    {
      method: 'get',
      path: '/records/{id}/receipt',
      summary: { zh: '下载固化回执', en: 'The receipt of a sealed record; 202 while its entry is being published' },
      access: {
        permission: 'record.receipt',
        docks: true,
        of: async (context, id) => {
          const record = await context.get(recordKind, id);
          const { departments, people } = recordBelongs(record);
          return { departments, people: record.dockId ? [...people, record.dockId] : people };
        },
      },
      leaves: [],
      params: idParam,
      query: receiptQuery,
      serve: async (context, _req, res) => {
        const record = await context.get(recordKind, String(context.req.params.id));
        if (record.state === 'disposed') throw new Fault('RECORD_DISPOSED');
        if (record.state !== 'sealed') throw new Fault('NOT_SEALED');
        const zip = await receiptOf(deps, context.chain, record, {
          paper: receiptQuery.parse(context.req.query).paper === 'yes',
          patienceMs: PATIENCE_MS,
        });
        if (!zip) {
          res
            .status(202)
            .set({ 'Retry-After': RETRY_SECONDS, 'Cache-Control': 'no-store' })
            .json({ state: 'publishing' });
          return;
        }
        res.set({
          'Content-Type': 'application/zip',
          'Content-Disposition': `attachment; filename="receipt-${record.id}.zip"`,
          'Cache-Control': 'no-store',
        });
        await pipeline(zip, res);
      },
    },
  ],
});
