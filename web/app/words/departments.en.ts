export default {
  title: 'Departments',
  lead: 'Records, cases and devices belong to departments, and what people see follows from that.',
  name: 'Name',
  code: 'Code',
  parent: 'Part of',
  found: 'New department',
  correct: 'Correct the department',
  empty: 'No department yet: found the first one',
};
