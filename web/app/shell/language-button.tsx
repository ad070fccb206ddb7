import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { speak } from '../words/index.ts';

/** Changes to the other language. */
export function LanguageButton() {
  const { t, i18n } = useTranslation();
  const other = i18n.language === 'en' ? 'zh-CN' : 'en';
  return (
    <Button type="text" lang={other} aria-label={t('languageLabel')} onClick={() => speak(other)}>
      {t('language')}
    </Button>
  );
}
