import { Typography } from 'antd';
import { type ReactNode, useEffect } from 'react';
import mark from '../mark.svg';
import { LanguageButton } from '../shell/language-button.tsx';

interface Given {
  title: string;
  lead: string;
  wide?: boolean;
  children: ReactNode;
}

/** The frame of the pages outside: log-in, set-up, a first password. It takes no more of the component library than it must. */
export function Door({ title, lead, wide = false, children }: Given) {
  useEffect(() => {
    document.title = title;
  }, [title]);
  return (
    <main className="door">
      <div className={wide ? 'door-card wide' : 'door-card'}>
        <div className="door-head">
          <img src={mark} alt="" />
          <div>
            <h1>{title}</h1>
            <Typography.Paragraph type="secondary">{lead}</Typography.Paragraph>
          </div>
        </div>
        {children}
        <div className="door-end">
          <LanguageButton />
        </div>
      </div>
    </main>
  );
}
