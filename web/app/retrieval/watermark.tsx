import { useState } from 'react';
import { useSession } from '../session/session.ts';

const escaped = (text: string) => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** Over what is watched: who watches it and since when, so that a filmed screen tells who showed it. Nothing for those who listen. */
export function Watermark() {
  const { name, username } = useSession();
  const [since] = useState(() => new Date().toLocaleString('zh-CN', { hour12: false }));
  const text = (y: number, line: string) =>
    `<text x="10" y="${y}" fill="#fff" stroke="#000" stroke-width="2" paint-order="stroke" font-family="sans-serif" font-size="15">${escaped(line)}</text>`;
  const drawn = `<svg xmlns="http://www.w3.org/2000/svg" width="300" height="170"><g opacity=".3" transform="rotate(-18 150 85)">${text(80, `${name} ${username}`)}${text(102, since)}</g></svg>`;
  return (
    <div
      className="watermark"
      aria-hidden="true"
      style={{ backgroundImage: `url("data:image/svg+xml,${encodeURIComponent(drawn)}")` }}
    />
  );
}
