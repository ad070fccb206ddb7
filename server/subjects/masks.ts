/**
 * What answers show instead of the whole: enough to tell two apart at a desk, not enough to use. Lengths are kept.
 */

/**
 * Keeps the first three and the last four of a long number (15 or more characters), the first and the last of a
 * shorter one.
 */
export function maskIdNumber(value: string): string {
  const length = [...value].length;
  if (length >= 15) return middleHidden(value, 3, 4);
  return length > 4 ? middleHidden(value, 1, 1) : '*'.repeat(length);
}

/** 138****5678; of a number shorter than eleven digits only the last two; other characters than digits stay. */
export function maskPhone(value: string): string {
  const digits = value.match(/\p{Nd}/gu)?.length ?? 0;
  const [head, tail] = digits >= 11 ? [digits - 8, 4] : [0, digits > 4 ? 2 : 0];
  let seen = 0;
  return value.replace(/\p{Nd}|\p{L}/gu, (character) => {
    if (!/\p{Nd}/u.test(character)) return '*';
    const at = seen++;
    return at < head || at >= digits - tail ? character : '*';
  });
}

const province = /^[^\d\s]{1,8}?(?:省|自治区|特别行政区)/u;
const city = /^[^\d\s]{1,10}?(?:自治州|地区|盟|市(?!场))/u;
const county = /^[^\d\s]{1,12}?(?:自治县|自治旗|林区|特区|新区|(?<![小社园校景厂矿库])区|县|旗|市(?!场))/u;

/**
 * A county that nothing of a higher level stands before: without the characters that streets and houses are named
 * with.
 */
const loneCounty =
  /^[^\d\s路街巷弄道村号楼栋室]{1,8}?(?:自治县|自治旗|林区|特区|新区|(?<![小社园校景厂矿库])区|县|旗|市(?!场))/u;

/** Keeps what says the county or district (省、市、县), hides the rest: 浙江省杭州市西湖区***. */
export function maskAddress(value: string): string {
  let rest = value.trim();
  if (rest === '') return '';
  let kept = '';
  for (const level of [province, city, county]) {
    const found = (level === county && kept === '' ? loneCounty : level).exec(rest)?.[0] ?? '';
    kept += found;
    rest = rest.slice(found.length);
  }
  return `${kept}***`;
}

/** Keeps the first character and the domain. */
export function maskEmail(email: string): string {
  const at = email.lastIndexOf('@');
  const [first = ''] = email;
  return at > 0 ? `${first}***${email.slice(at)}` : '***';
}

function middleHidden(value: string, head: number, tail: number): string {
  const characters = [...value];
  return characters.map((character, at) => (at < head || at >= characters.length - tail ? character : '*')).join('');
}
