import { type CaseEvent, caseKind } from '../../server/cases/events.ts';
import { systemActor } from '../../server/deps.ts';
import { type DeviceEvent, deviceKind } from '../../server/devices/events.ts';
import { type DisposalEvent, disposalKind } from '../../server/disposal/events.ts';
import { type DockDayEvent, dockDayKind } from '../../server/docking/dock-day.ts';
import { type RecordEvent, recordKind } from '../../server/records/events.ts';
import { type GrantEvent, grantKind } from '../../server/retrieval/grant-events.ts';
import type { TestAgency } from './agency.ts';

const actor = systemActor('test');
const FROM = '2020-01-01T00:00:00.000Z';

/** Makes a thing of a department, tied to a person where things of its kind can be. Answers its id. */
type Make = (agency: TestAgency, departmentId: string, personId?: string) => Promise<string>;

async function device(
  { app: { deps }, id: chain }: TestAgency,
  departmentId: string,
  personId?: string,
): Promise<string> {
  const id = deps.newId();
  const events: DeviceEvent[] = [{ type: 'device.registered', data: { serial: id, departmentId } }];
  if (personId) events.push({ type: 'device.assigned', data: { id: deps.newId(), personId, from: FROM } });
  await deps.ledger.execute(deviceKind, chain, id, actor, () => events);
  return id;
}

async function dockDay({ app: { deps }, id: chain }: TestAgency, departmentId: string): Promise<string> {
  const id = deps.newId();
  const proof = { sha256: 'c'.repeat(64), size: 1 };
  const data: DockDayEvent['data'] = {
    ...{ dockId: deps.newId(), departmentId, day: '2026-11-23', device: 'TA00716', files: 0, findings: [] },
    ...{ statement: proof, signature: proof },
  };
  await deps.ledger.execute(dockDayKind, chain, id, actor, (): DockDayEvent[] => [{ type: 'dock-day.stated', data }]);
  return id;
}

async function openCase(
  { app: { deps }, id: chain }: TestAgency,
  departmentId: string,
  personId?: string,
): Promise<string> {
  const id = deps.newId();
  const events: CaseEvent[] = [
    { type: 'case.opened', data: { kind: 'penalty', cause: '占道经营', departmentId, stage: 'FILE' } },
  ];
  if (personId) {
    events.push({ type: 'case.team-joined', data: { id: deps.newId(), personId, role: 'member', from: FROM } });
  }
  await deps.ledger.execute(caseKind, chain, id, actor, () => events);
  return id;
}

async function record(
  { app: { deps }, id: chain }: TestAgency,
  departmentId: string,
  personId?: string,
): Promise<string> {
  const id = deps.newId();
  const event: RecordEvent = {
    type: 'record.received',
    data: {
      door: 'multipart',
      source: 'upload',
      kind: 'video',
      title: '现场',
      name: '现场.mp4',
      size: 1,
      declared: {},
      departmentId,
      uploadedBy: personId ?? actor.id,
      confidentiality: 'ordinary',
      findings: [],
    },
  };
  await deps.ledger.execute(recordKind, chain, id, actor, () => [event]);
  return id;
}

async function grant(agency: TestAgency, departmentId: string, personId = agency.app.deps.newId()): Promise<string> {
  const { deps } = agency.app;
  const id = deps.newId();
  const recordId = await record(agency, departmentId);
  const event: GrantEvent = {
    type: 'grant.requested',
    data: { reason: 'supervision', text: '抽查', records: [{ recordId, departmentId }], seconds: 60, viewings: 1 },
  };
  await deps.ledger.execute(grantKind, agency.id, id, { id: personId, role: 'auditor', via: 'session' }, () => [event]);
  return id;
}

async function disposal({ app: { deps }, id: chain }: TestAgency, departmentId: string): Promise<string> {
  const id = deps.newId();
  const records = [{ recordId: deps.newId(), sha256: 'd'.repeat(64), size: 1, termEnded: FROM }];
  const data = { departmentId, basis: '保管期限届满', records, policyVersion: 1 };
  const event: DisposalEvent = { type: 'disposal.proposed', data };
  await deps.ledger.execute(disposalKind, chain, id, actor, () => [event]);
  return id;
}

/** By the first segment of a path: how to make what it names. Where `owned` is false, such a thing is nobody's own. */
export const things: Record<string, { make: Make; owned: boolean }> = {
  devices: { make: device, owned: true },
  docks: { make: async (agency, departmentId) => (await agency.dock(departmentId)).id, owned: false },
  'dock-days': { make: dockDay, owned: false },
  cases: { make: openCase, owned: true },
  records: { make: record, owned: true },
  grants: { make: grant, owned: true },
  disposals: { make: disposal, owned: false },
};
