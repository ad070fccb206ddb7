// Run by mongosh beside the first member. Makes a replica set of three and two users: root, and the service's, which can read and write its
// own database and nothing else. Can be repeated; passwords that are there stay.
const { readFileSync } = require('node:fs');

const SET = 'tiezheng';
const MEMBERS = ['mongo-1:27017', 'mongo-2:27017', 'mongo-3:27017'];
const secret = (name) => readFileSync(`/run/secrets/${name}`, 'utf8').trim();
const rootPassword = secret('mongo_root_password');
const appPassword = secret('mongo_app_password');

/** Connections by the set's name wait for its primary. */
const asRoot = () =>
  connect(`mongodb://root:${rootPassword}@${MEMBERS.join(',')}/admin?replicaSet=${SET}&serverSelectionTimeoutMS=60000`);

const isInitiated = (local) => local.adminCommand({ hello: 1 }).setName === SET;

function initiate(local) {
  const members = MEMBERS.map((host, _id) => ({ _id, host }));
  local.adminCommand({ replSetInitiate: { _id: SET, members } });
  for (let left = 120; !local.adminCommand({ hello: 1 }).isWritablePrimary; left--) {
    if (left === 0) throw new Error('the first member did not become primary within a minute');
    sleep(500);
  }
  local.createUser({ user: 'root', pwd: rootPassword, roles: ['root'] });
}

const local = connect('mongodb://127.0.0.1:27017/admin?directConnection=true');
if (!isInitiated(local)) initiate(local);
const admin = asRoot();
if (!admin.getUser('tiezheng')) {
  admin.createUser({ user: 'tiezheng', pwd: appPassword, roles: [{ role: 'readWrite', db: 'tiezheng' }] });
}
print('replica set and users are there');
