export default {
  title: '首页',
  greeting: '{{name}}，您好',
  waits: '待办',
  nothing: '目前没有等待您处理的事项',
};
