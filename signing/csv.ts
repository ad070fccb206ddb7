/**
 * CSV for spreadsheets: UTF-8 with byte order mark (Excel reads Chinese by it), CRLF, RFC 4180 quoting. A cell that a
 * spreadsheet would run as a formula gets a leading apostrophe; full-width signs count too, since East Asian editions take them.
 */
export function csv(rows: readonly (readonly (string | number | undefined)[])[]): string {
  return `\ufeff${rows.map((row) => `${row.map(cell).join(',')}\r\n`).join('')}`;
}

function cell(value: string | number | undefined): string {
  const text = String(value ?? '');
  const safe = /^[=+\-@\t\r\n＝＋－＠]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
