import { type ThemeConfig, theme } from 'antd';

const fonts =
  'system-ui, -apple-system, "Segoe UI", "PingFang SC", "Hiragino Sans GB", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", sans-serif';
const fixed = 'ui-monospace, "SF Mono", Consolas, "Noto Sans Mono CJK SC", monospace';

/** Who asked the system for less motion gets none. */
const still = matchMedia('(prefers-reduced-motion: reduce)');

/** Text that is less than the main one still has 4.5:1 on its ground (WCAG 2.2, 1.4.3). */
const light: ThemeConfig = {
  token: {
    colorPrimary: '#1d4f91',
    colorInfo: '#1d4f91',
    colorLink: '#1d4f91',
    // What the library derives for under the pointer is too light to be read.
    colorLinkHover: '#2b62ab',
    colorLinkActive: '#143a6b',
    colorPrimaryHover: '#2b62ab',
    colorPrimaryActive: '#143a6b',
    colorSuccess: '#237804',
    colorWarning: '#ad4e00',
    colorError: '#b42318',
    colorTextTertiary: 'rgba(0, 0, 0, 0.6)',
    colorTextDisabled: 'rgba(0, 0, 0, 0.56)',
    colorTextPlaceholder: 'rgba(0, 0, 0, 0.56)',
    colorBgLayout: '#f3f5f8',
    // What the library derives of dark seeds is grey.
    colorPrimaryBg: '#e8f0fa',
    colorPrimaryBgHover: '#d6e4f5',
    colorInfoBg: '#eaf2fb',
    colorInfoBorder: '#a9c6e8',
    colorSuccessBg: '#f1f8ec',
    colorSuccessBorder: '#a8d08d',
    colorWarningBg: '#fff6e8',
    colorWarningBorder: '#efc38d',
    colorErrorBg: '#fdf0ef',
    colorErrorBorder: '#f0b4ae',
  },
  components: { Layout: { headerBg: '#10294d', siderBg: '#ffffff' } },
};

const dark: ThemeConfig = {
  algorithm: theme.darkAlgorithm,
  token: {
    colorPrimary: '#3b76c9',
    colorInfo: '#6ea3ea',
    colorLink: '#8ab6f2',
    colorLinkHover: '#b4d2fa',
    colorLinkActive: '#8ab6f2',
    colorSuccess: '#73c04b',
    colorWarning: '#e2a33c',
    colorError: '#f0776c',
    colorTextTertiary: 'rgba(255, 255, 255, 0.65)',
    colorTextDisabled: 'rgba(255, 255, 255, 0.55)',
    colorTextPlaceholder: 'rgba(255, 255, 255, 0.55)',
    colorBgLayout: '#0e1218',
    colorBgContainer: '#161b23',
    colorBgElevated: '#1d242e',
  },
  components: {
    Layout: { headerBg: '#0c1a30', siderBg: '#161b23' },
    Menu: { itemSelectedColor: '#a9cbf8', itemSelectedBg: '#1c3252' },
    Tabs: {
      itemSelectedColor: '#8ab6f2',
      itemHoverColor: '#8ab6f2',
      itemActiveColor: '#8ab6f2',
      inkBarColor: '#8ab6f2',
    },
  },
};

export function themeOf(isDark: boolean): ThemeConfig {
  const base = isDark ? dark : light;
  return {
    ...base,
    token: { ...base.token, motion: !still.matches, fontFamily: fonts, fontFamilyCode: fixed, borderRadius: 4 },
    components: { ...base.components, Table: { headerBorderRadius: 4 } },
  };
}
