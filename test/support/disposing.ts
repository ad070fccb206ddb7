import { setTimeout as sleep } from 'node:timers/promises';
import { type DisposalState, disposalKind } from '../../server/disposal/events.ts';
import type { TestAgency, TestPerson } from './agency.ts';
import { must } from './client.ts';

/** What is unlinked is kept for half a year (policy/policy-set.ts): this is more, in ms. */
export const PAST_TERM = 190 * 86_400_000;

/** Who it takes: an officer who brings records, an archivist who proposes, an approver who answers. */
export interface Bureau {
  agency: TestAgency;
  departmentId: string;
  officer: TestPerson;
  archivist: TestPerson;
  approver: TestPerson;
}

export async function openBureau(agency: TestAgency): Promise<Bureau> {
  const departmentId = await agency.department();
  const departments = [departmentId];
  return {
    ...{ agency, departmentId },
    officer: await agency.person({ roles: ['officer'], departments }),
    archivist: await agency.person({ roles: ['archivist'] }),
    approver: await agency.person({ roles: ['approver'], departments }),
  };
}

/** Time goes by until terms of unlinked records are over; everybody signs in again. */
export async function passTerm({ agency, officer, archivist, approver }: Bureau): Promise<void> {
  agency.app.clock.advance(PAST_TERM);
  for (const { id, client } of [officer, archivist, approver]) client.cookie = (await agency.signIn(id)).cookie;
}

export const proposal = (
  { departmentId }: Pick<Bureau, 'departmentId'>,
  recordIds: readonly string[],
  basis = '保管期限届满，经鉴定无继续保存价值',
) => ({ departmentId, basis, recordIds });

/** Proposes and approves; resolves to the list's id. */
export async function approveDisposal(bureau: Bureau, recordIds: readonly string[]): Promise<string> {
  const { archivist, approver } = bureau;
  const { id } = must(await archivist.client.post('/disposals', proposal(bureau, recordIds)), 201);
  must(await approver.client.post(`/disposals/${id}/answer`, { decision: 'approve', reason: '同意销毁' }));
  return id;
}

/** The list once it is carried out. */
export async function carriedOut({ app: { deps }, id: chain }: TestAgency, id: string): Promise<DisposalState> {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; await sleep(20)) {
    const { state } = await deps.ledger.load(disposalKind, chain, id);
    if (state?.state === 'carried-out') return state;
  }
  throw new Error(`disposal ${id} is not carried out`);
}
