import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import { disposalPolicy, servicePolicy } from '../../../storage/objects/s3-policies.ts';

describe('storage/objects/s3-policies', () => {
  it('has the policy that docker-compose.yml gives to the service', () => {
    const deployed = readFileSync(new URL('../../../deploy/s3-policy.json', import.meta.url), 'utf8');
    const buckets = { evidence: 'tiezheng', work: 'tiezheng-work' };
    assert.deepEqual(JSON.parse(deployed), servicePolicy(buckets, 180));
  });

  it('lets one key delete and read nothing, the other write and delete nothing', () => {
    const allowed = disposalPolicy({ evidence: 'b' }).Statement.filter(({ Effect }) => Effect === 'Allow');
    const actions = allowed.flatMap(({ Action }) => Action);
    assert.ok(actions.includes('s3:DeleteObjectVersion'));
    assert.ok(!actions.some((action) => /GetObject(Version)?$|Put|Bypass|\*/.test(action)), String(actions));
    const denied = servicePolicy({ evidence: 'b', work: 'b-work' }, 180).Statement.find(
      ({ Effect, Action }) => Effect === 'Deny' && Action.includes('s3:DeleteObjectVersion'),
    );
    assert.deepEqual(denied?.Resource, ['arn:aws:s3:::b/*-*-*-*-*/*', 'arn:aws:s3:::b/system/*']);
  });

  it('is of a bucket where a principal is named', () => {
    const { Statement } = disposalPolicy({ evidence: 'b' }, 'arn:aws:iam:::user/disposal');
    for (const { Principal } of Statement) assert.deepEqual(Principal, { AWS: ['arn:aws:iam:::user/disposal'] });
  });
});
