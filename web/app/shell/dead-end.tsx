import { Typography } from 'antd';
import type { ReactNode } from 'react';

/** Instead of a page: why there is none, and the way on. */
export const DeadEnd = ({ title, detail, way }: { title: string; detail: string; way: ReactNode }) => (
  <div className="dead">
    <h1>{title}</h1>
    <Typography.Paragraph type="secondary">{detail}</Typography.Paragraph>
    {way}
  </div>
);
