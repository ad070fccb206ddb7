import { CopyOutlined } from '@ant-design/icons';
import { App, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { copyText } from './copy-text.ts';

interface Given {
  text: string;
  /** Shown instead of the text. */
  short?: string;
  code?: boolean;
  /** A button with this word instead of the text. */
  button?: string;
}

/** A text with a button that copies it whole. */
export function Copyable({ text, short, code = false, button }: Given) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const copy = async () => {
    if (await copyText(text)) message.success(t('copied'));
    else message.warning(t('notCopied'));
  };
  if (button)
    return (
      <Button icon={<CopyOutlined />} onClick={copy}>
        {button}
      </Button>
    );
  return (
    <span className="copyable">
      {code ? <code title={text}>{short ?? text}</code> : (short ?? text)}
      <Button
        type="text"
        size="small"
        icon={<CopyOutlined />}
        aria-label={`${t('copy')} ${short ?? text}`}
        onClick={copy}
      />
    </span>
  );
}
