export default {
  title: 'Home',
  greeting: 'Welcome, {{name}}',
  waits: 'What waits for you',
  nothing: 'Nothing waits for you at the moment',
};
