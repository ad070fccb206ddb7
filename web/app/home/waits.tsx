import type { UseQueryOptions } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { type Body, read } from '../api/query.ts';
import { nameOf } from '../archive/kinds.ts';
import { PRESSING_DAYS } from '../cases/due-tag.tsx';
import { DockFindings } from '../docking/finding-words.tsx';
import type { Permission } from '../page.ts';
import { PersonName } from '../parts/names.tsx';
import type { Role } from '../people/roles.ts';
import { RecordFindings } from '../records/finding-words.tsx';
import type homeWords from '../words/home.zh.ts';
import { useWords } from '../words/use-words.ts';
import { dueLines } from './due-lines.tsx';

/** One thing that waits for somebody. */
export interface Line {
  id: string;
  title: ReactNode;
  note?: ReactNode;
  /** RFC 3339: until when, or since when where nothing ends. */
  until?: string | undefined;
  since?: string | undefined;
  to: string;
}

/** What waits for who has one of these permissions: a list that is read, and the lines that are made of it. */
export interface Wait {
  title: keyof typeof homeWords;
  needs: readonly Permission[];
  /** Only of who has one of these roles, where a permission is others' too. */
  only?: readonly Role[];
  // biome-ignore lint/suspicious/noExplicitAny: each reads a list of its own
  list: UseQueryOptions<any, any, any, any>;
  // biome-ignore lint/suspicious/noExplicitAny: the same list
  lines: (read: any, now: Date) => Line[];
  /** Where all of it is. */
  to: string;
}

const DAY_MS = 86_400_000;
const within = (at: string, days: number, now: Date) => Math.abs(Date.parse(at) - now.getTime()) < days * DAY_MS;

/** Ties a list to what is made of it. */
const wait = <D,>(given: Omit<Wait, 'list' | 'lines'> & { list: object; lines: (read: D, now: Date) => Line[] }) =>
  given as Wait;

/** That a package could not be made. */
function Failed() {
  const { t } = useWords('archive');
  return t('state_failed');
}

/** What is wrong with the published log. */
function LogFault({
  fault,
}: {
  fault: 'failing' | 'anchorDamaged' | `witness_${'ok' | 'failing' | 'refused' | 'waiting'}`;
}) {
  const { t } = useWords('audit');
  return t(fault);
}

/** The last year whose notice can be out: they come in November. */
const noticedYear = (now: Date): number => now.getFullYear() + (now.getMonth() >= 10 ? 1 : 0);

const myGrants = read('/grants', { params: { query: { mine: 'true', limit: 50 } } });
type Grants = Body<'/grants'>;

/** What an agency that was just founded is made ready by. */
function FirstStep({ word }: { word: 'beginStep' | 'beginNote' }) {
  const { t } = useWords('home');
  return t(word);
}

/** In the order of their urgency. */
export const waits: readonly Wait[] = [
  wait<Body<'/departments'>>({
    title: 'begin',
    needs: ['organisation.manage'],
    list: read('/departments', { params: { query: { limit: 1 } } }),
    lines: ({ items }) =>
      items.length > 0
        ? []
        : [
            {
              ...{ id: 'begin', title: <FirstStep word="beginStep" />, note: <FirstStep word="beginNote" /> },
              to: '/departments',
            },
          ],
    to: '/departments',
  }),
  wait<Body<'/system/state'>>({
    title: 'system',
    needs: ['system.read'],
    list: read('/system/state'),
    lines: ({ ready, head }) => (ready && !head.failing ? [] : [{ id: 'system', title: '/readyz', to: '/system' }]),
    to: '/system',
  }),
  wait<Body<'/ledger/log'>>({
    title: 'log',
    needs: ['audit.read'],
    list: read('/ledger/log'),
    lines: ({ failing, witnesses, anchored }) => [
      ...(failing ? [{ id: 'failing', title: <LogFault fault="failing" />, to: '/checkpoints' }] : []),
      ...(anchored?.damaged ? [{ id: 'damaged', title: <LogFault fault="anchorDamaged" />, to: '/checkpoints' }] : []),
      ...witnesses
        .filter(({ standing }) => standing === 'failing' || standing === 'refused')
        .map(({ name, standing }) => ({
          ...{ id: name, title: name, note: <LogFault fault={`witness_${standing}`} />, to: '/checkpoints' },
        })),
    ],
    to: '/checkpoints',
  }),
  wait<Grants>({
    title: 'approvals',
    needs: ['grant.answer'],
    list: read('/grants', { params: { query: { waiting: 'true', limit: 20 } } }),
    lines: ({ items }) =>
      items.map(({ id, text, personId, requestedAt }) => ({
        ...{ id, title: text, note: <PersonName id={personId} />, since: requestedAt, to: `/grants/${id}` },
      })),
    to: '/approvals',
  }),
  wait<Body<'/disposals'>>({
    title: 'disposals',
    needs: ['disposal.answer'],
    list: read('/disposals', { params: { query: { waiting: 'true', limit: 20 } } }),
    lines: ({ items }) =>
      items.map(({ id, basis, proposedBy, proposedAt }) => ({
        ...{ id, title: basis, note: <PersonName id={proposedBy} />, since: proposedAt, to: `/disposals/${id}` },
      })),
    to: '/disposals',
  }),
  wait<Body<'/cases'>>({
    title: 'deadlines',
    needs: ['case.write', 'case.extend'],
    list: read('/cases', { params: { query: { sort: 'due', limit: 20 } } }),
    lines: (read) => dueLines(read, ({ daysLeft }) => daysLeft <= PRESSING_DAYS),
    to: '/cases?sort=due',
  }),
  wait<Body<'/cases'>>({
    title: 'reviews',
    needs: ['case.read'],
    only: ['reviewer'],
    list: read('/cases', { params: { query: { sort: 'due', stage: 'REVIEW', limit: 20 } } }),
    lines: (read) => dueLines(read, ({ name }) => name === 'review'),
    to: '/cases?sort=due&stage=REVIEW',
  }),
  wait<Grants>({
    title: 'endsSoon',
    needs: ['grant.request'],
    list: myGrants,
    lines: ({ items }, now) =>
      items
        .filter(({ state, expiresAt }) => state === 'live' && expiresAt && within(expiresAt, 2, now))
        .map(({ id, text, expiresAt }) => ({ id, title: text, until: expiresAt, to: `/grants/${id}` })),
    to: '/grants',
  }),
  wait<Grants>({
    title: 'answers',
    needs: ['grant.request'],
    list: myGrants,
    lines: ({ items }, now) =>
      items
        .filter(({ answered, viewingIds }) => answered && viewingIds.length === 0 && within(answered.at, 7, now))
        .map(({ id, text, answered }) => ({
          ...{ id, title: text, note: answered?.reason, since: answered?.at, to: `/grants/${id}` },
        })),
    to: '/grants',
  }),
  wait<Body<'/records'>>({
    title: 'quarantined',
    needs: ['record.write', 'export.create', 'ledger.read'],
    list: read('/records', { params: { query: { state: 'quarantined', limit: 20 } } }),
    lines: ({ items }) =>
      items.map(({ id, title, receivedAt }) => ({ id, title, since: receivedAt, to: `/records/${id}` })),
    to: '/records?state=quarantined',
  }),
  wait<Body<'/records'>>({
    title: 'findings',
    needs: ['record.write'],
    list: read('/records', { params: { query: { limit: 50 } } }),
    lines: ({ items }, now) =>
      items
        .filter(({ findings, receivedAt }) => findings.length > 0 && within(receivedAt, 7, now))
        .map(({ id, title, findings }) => ({
          ...{ id, title, note: <RecordFindings findings={findings} />, to: `/records/${id}` },
        })),
    to: '/records',
  }),
  wait<Body<'/dock-days'>>({
    title: 'dockFindings',
    needs: ['dock-day.read'],
    list: read('/dock-days', { params: { query: { limit: 50 } } }),
    lines: ({ items }, now) =>
      items
        .filter(({ findings, statedAt }) => findings.length > 0 && within(statedAt, 7, now))
        .map(({ id, device, day, findings }) => ({
          ...{ id, title: `${device} · ${day}`, note: <DockFindings findings={findings} />, to: `/dock-days/${id}` },
        })),
    to: '/dock-days',
  }),
  wait<Body<'/uploads'>>({
    title: 'uploads',
    needs: ['upload.read'],
    list: read('/uploads', { params: { query: { limit: 20 } } }),
    lines: ({ items }) =>
      items.map(({ id, name, length, offset, expiresAt }) => ({
        ...{
          id,
          title: name,
          note: `${Math.floor((100 * offset) / Math.max(1, length))}%`,
          until: expiresAt,
          to: '/upload',
        },
      })),
    to: '/upload',
  }),
  wait<Body<'/records'>>({
    title: 'inbox',
    needs: ['record.link'],
    list: read('/records', { params: { query: { unclaimed: 'true', limit: 20 } } }),
    lines: ({ items }) =>
      items.map(({ id, title, receivedAt }) => ({ id, title, since: receivedAt, to: `/records/${id}` })),
    to: '/inbox',
  }),
  wait<Body<'/exports'>>({
    title: 'exports',
    needs: ['export.read'],
    list: read('/exports', { params: { query: { limit: 20 } } }),
    lines: ({ items }) =>
      items
        .filter(({ state, fetches }) => state === 'failed' || (state === 'ready' && fetches.length === 0))
        .map((one) => ({
          ...{ id: one.id, title: nameOf(one), to: `/exports/${one.id}` },
          since: one.package?.at ?? one.requestedAt,
          ...(one.state === 'failed' && { note: <Failed /> }),
        })),
    to: '/exports',
  }),
  wait<Body<'/workdays/{year}'>>({
    title: 'workdays',
    needs: ['organisation.manage'],
    list: read('/workdays/{year}', { params: { path: { year: String(noticedYear(new Date())) } } }),
    lines: ({ known, year }) =>
      known ? [] : [{ id: String(year), title: String(year), to: `/workdays?year=${year}` }],
    to: '/workdays',
  }),
  wait<Body<'/certificates'>>({
    title: 'certificates',
    needs: ['certificate.revoke'],
    list: read('/certificates', { params: { query: { limit: 200 } } }),
    lines: ({ items }, now) =>
      items
        .filter(({ revoked, notAfter }) => !revoked && within(notAfter, 30, now))
        .map(({ serial, subject, notAfter }) => ({ id: serial, title: subject, until: notAfter, to: '/certificates' })),
    to: '/certificates',
  }),
];
