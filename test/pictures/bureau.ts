import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { type DockDay, encodeDockDay } from '../../signing/dock-day.ts';
import { foundAgency } from '../support/agency.ts';
import type { TestApp } from '../support/app.ts';
import { type Client, must } from '../support/client.ts';
import { bring, pdf, settled } from '../support/uploads.ts';
import { clipFolder } from '../unit/media/clips.ts';

const DAY_MS = 86_400_000;

/** Footage of so many seconds: a test card that counts, small. */
async function footage(path: string, seconds: number): Promise<Buffer> {
  const picture = ['-f', 'lavfi', '-i', `testsrc2=size=640x360:rate=5:duration=${seconds}`];
  const sound = ['-f', 'lavfi', '-i', `sine=frequency=330:duration=${seconds}`];
  const small = ['-preset', 'ultrafast', '-b:a', '16k'];
  await promisify(execFile)('ffmpeg', ['-v', 'error', '-y', ...picture, ...sound, ...small, path]);
  return await readFile(path);
}

/** A bureau with a few days of work behind it, through the doors that everybody uses. */
export async function bureau(app: TestApp) {
  const agency = await foundAgency(app, 'demo', '示例市综合行政执法局');
  const [squad, legal] = [await agency.department('综合执法一中队'), await agency.department('法制审核科')];
  const person = (name: string, roles: Parameters<typeof agency.person>[0] & object) =>
    agency.person({ name, ...roles });
  const officer = await person('陈志远', { roles: ['officer'], departments: [squad] });
  const partner = await person('李文静', { roles: ['officer'], departments: [squad] });
  const approver = await person('孙队长', { roles: ['officer', 'approver'], departments: [squad] });
  const reviewer = await person('赵明华', { roles: ['reviewer'], departments: [legal] });
  const archivist = await person('钱晓岚', { roles: ['archivist'], departments: [legal] });
  const auditor = await person('周正', { roles: ['auditor'] });
  const { client } = officer;

  const subject = must(
    await client.post('/subjects', {
      ...{ type: 'organisation', name: '示例市解放街小馆餐饮店', contacts: { phone: '13800001234' } },
      ...{ idType: 'credit-code', idNumber: '91331181MA0000DEMC', idNumberReason: '示例' },
    }),
    201,
  );
  const open = async (cause: string, caseNo: string) =>
    must(
      await client.post('/cases', {
        ...{ kind: 'penalty', cause, caseNo, subjects: [{ subjectId: subject.id }] },
        team: [
          { personId: officer.id, role: 'lead' },
          { personId: partner.id, role: 'member' },
        ],
      }),
      201,
    );
  const file = await open('占道经营', '示执罚〔2026〕第18号');
  await open('未按规定公示收费项目', '示执罚〔2026〕第7号');

  const clips = clipFolder();
  const at = (daysAgo: number, time: string) =>
    `${new Date(app.clock.now().getTime() - daysAgo * DAY_MS).toISOString().slice(0, 10)}T${time}+08:00`;
  const film = async (by: Client, name: string, seconds: number, told: Record<string, string>) =>
    await settled(
      agency,
      await bring(by, await footage(clips.at(`${name}.mp4`), seconds), { filename: `${name}.mp4`, ...told }),
    );
  const paper = async (name: string, told: Record<string, string>) =>
    await settled(agency, await bring(client, pdf(name), { filename: `${name}.pdf`, ...told }));
  const inCase = (stage: string, capturedFrom: string) => ({
    ...{ caseId: file.id, subjectId: subject.id, stage, capturedFrom, place: '解放街12号门前' },
  });

  await paper('举报登记表', inCase('SOURCE', at(6, '08:40:00')));
  must(await client.post(`/cases/${file.id}/stages`, { stage: 'INSPECT' }));
  await paper('现场检查笔录', inCase('INSPECT', at(5, '10:32:00')));
  const inspection = await film(client, '现场检查全程', 754, inCase('INSPECT', at(5, '10:05:12')));
  await film(partner.client, '现场检查（第二机位）', 612, inCase('INSPECT', at(5, '10:07:40')));
  must(await client.post(`/cases/${file.id}/stages`, { stage: 'COERCE' }));
  const seizure = await film(client, '查封扣押全过程', 423, inCase('COERCE', at(2, '15:20:31')));
  await paper('查封（扣押）决定书', inCase('COERCE', at(2, '15:18:00')));
  for (const [i, name] of ['巡查解放街', '巡查人民路', '夜间巡查'].entries())
    await film(client, name, 90 + 31 * i, { capturedFrom: at(1, `1${i}:15:00`) });

  const ask = async (by: Client, text: string, recordId: string): Promise<{ id: string }> =>
    must(await by.post('/grants', { reason: 'case', text, caseId: file.id, recordIds: [recordId] }), 201);
  const grant = await ask(reviewer.client, '法制审核：核对查封扣押现场是否全程记录、是否当场告知权利', seizure.id);
  must(await approver.client.post(`/grants/${grant.id}/answer`, { decision: 'approve', reason: '同意，限本案审核' }));
  await ask(reviewer.client, '法制审核：核对检查时是否出示执法证件', inspection.id);
  await ask(archivist.client, '归档前核对音像与文书是否一致', seizure.id);
  const { client: dock, id: dockId } = await agency.dock(squad);
  const day: DockDay = {
    ...{ v: 1, kind: 'tiezheng.dock-day', agency: agency.id, dock: dockId, device: 'TA00716' },
    ...{
      day: at(1, '').slice(0, 10),
      zone: 'Asia/Shanghai',
      madeAt: app.clock.now().toISOString(),
      clockOffsetMs: -61_500,
    },
    seen: [{ name: 'TA00716_JX0227_20261126101500.mp4', size: 1_500_000, state: 'sealed' }],
    findings: [{ code: 'clock-offset' }],
  };
  must(await dock.post('/dock-days', { statement: Buffer.from(encodeDockDay(day)).toString() }), 201);
  clips.clear();
  return { agency, dockId, officer, approver, reviewer, archivist, auditor, subject, file, seizure, grant };
}

export type Bureau = Awaited<ReturnType<typeof bureau>>;
