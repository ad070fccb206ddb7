import { randomBytes } from 'node:crypto';
import { Api } from './api.ts';
import { expect, type Steps } from './steps.ts';

/** The people of the demo, signed in, and where they work. Names are fictional. */
export interface Organisation {
  agency: { id: string; name: string };
  departmentId: string;
  deviceSerial: string;
  officer: Member;
  approver: Member;
  reviewer: Member;
  archivist: Member;
  /** Signed in as the three administrators that every agency is founded with. */
  admin: Api;
  security: Api;
  auditor: Api;
}

export interface Member {
  id: string;
  name: string;
  api: Api;
}

interface Account {
  role: string;
  username: string;
  oneTimePassword?: string;
}

const cast = [
  { role: 'officer', name: '陈执法', username: 'chen.zhifa' },
  { role: 'approver', name: '林审批', username: 'lin.shenpi' },
  { role: 'reviewer', name: '周审核', username: 'zhou.shenhe' },
  { role: 'archivist', name: '吴档案', username: 'wu.dangan' },
] as const;

const newPassword = () => randomBytes(18).toString('base64url');

/** Founds an agency by the set-up link, with a department, a body recorder and four people who have each changed their password. */
export async function foundAgency(origin: string, token: string, steps: Steps): Promise<Organisation> {
  const { agency, admin, security, auditor } = await steps.run(
    '凭一次性链接建立机关',
    'The one-time link founds an agency',
    () => setUp(origin, token, steps),
  );
  return await steps.run('部门、人员与执法记录仪', 'A department, people and a body recorder', async () => {
    const department = await admin.post<{ id: string }>('/departments', { name: '综合执法一中队' });
    const members = new Map<string, Member>();
    for (const { role, name, username } of cast) {
      const person = await admin.post<{ id: string; oneTimePassword: string }>('/people', { name, username });
      await admin.post(`/people/${person.id}/memberships`, { departmentId: department.id });
      await security.call('PUT', `/people/${person.id}/roles`, { roles: [role] });
      const api = await enter(origin, agency.code, username, person.oneTimePassword);
      members.set(role, { id: person.id, name, api });
      steps.tell(`${name}：${role}`, 'signed in, password changed');
    }
    const member = (role: (typeof cast)[number]['role']) => members.get(role) as Member;
    const officer = member('officer');
    const serial = `DEMO-${randomBytes(4).toString('hex').toUpperCase()}`;
    const device = await admin.post<{ id: string }>('/devices', {
      serial,
      model: '演示型',
      departmentId: department.id,
    });
    await admin.post(`/devices/${device.id}/assignments`, { personId: officer.id });
    steps.tell(`执法记录仪 ${serial} 由${officer.name}佩戴`, 'is worn by the officer');
    const [approver, reviewer, archivist] = [member('approver'), member('reviewer'), member('archivist')];
    return {
      agency,
      departmentId: department.id,
      deviceSerial: serial,
      officer,
      approver,
      reviewer,
      archivist,
      ...{ admin, security, auditor },
    };
  });
}

async function setUp(origin: string, token: string, steps: Steps) {
  const password = newPassword();
  const code = `DEMO${randomBytes(3).toString('hex').toUpperCase()}`;
  const installer = new Api(origin);
  const made = await installer.post<{ agency: { id: string; name: string; code: string }; accounts: Account[] }>(
    '/setup',
    {
      token,
      agency: { name: '示例市综合行政执法局', code },
      administrator: { name: '管理员', username: 'admin', password },
    },
  );
  const account = (role: string) => made.accounts.find((one) => one.role === role);
  const [sysadmin, secadmin, auditing] = [account('sysadmin'), account('secadmin'), account('auditor')];
  expect(
    sysadmin !== undefined && secadmin?.oneTimePassword !== undefined && auditing?.oneTimePassword !== undefined,
    '应有三员账户',
    'the three accounts are there',
  );
  const admin = new Api(origin);
  await admin.post('/session', { agency: code, username: sysadmin.username, password });
  const security = await enter(origin, code, secadmin.username, secadmin.oneTimePassword);
  const auditor = await enter(origin, code, auditing.username, auditing.oneTimePassword);
  steps.tell(`${made.agency.name}，系统、安全、审计三员各一`, 'with its three administrators');
  return { agency: made.agency, admin, security, auditor };
}

/** Signs in with a one-time password and changes it; before that nothing else is allowed. */
async function enter(origin: string, agency: string, username: string, oneTimePassword: string): Promise<Api> {
  const api = new Api(origin);
  await api.post('/session', { agency, username, password: oneTimePassword });
  await api.post('/session/password', { current: oneTimePassword, next: newPassword() });
  return api;
}
