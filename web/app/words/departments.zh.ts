export default {
  title: '部门',
  lead: '记录、案件和设备都归属部门；谁能看到什么，随部门而定。',
  name: '名称',
  code: '编码',
  parent: '上级部门',
  found: '新建部门',
  correct: '更正部门',
  empty: '还没有部门，请先新建',
};
