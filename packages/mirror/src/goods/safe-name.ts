import { createHash } from 'node:crypto';

const longest = 60;
/** Names that Windows keeps for devices, with any extension. */
const devices = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\.|$)/i;
const wide: Readonly<Record<string, string>> = { '<': '＜', '>': '＞', ':': '：', '"': '＂', '/': '／', '\\': '＼', '|': '｜', '?': '？', '*': '＊' };

/**
 * A file or folder name that every file system takes: characters that Windows refuses become their full-width forms, invisible ones
 * go, and it is cut to 60 characters. Never empty, never `.` or `..`, never ends with a dot or blank.
 */
export function safeName(text: string): string {
  const shown = text.normalize('NFC').replaceAll(/[<>:"/\\|?*]/g, (each) => wide[each]!).replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, ' ').replaceAll(/\s+/g, ' ');
  const cut = [...shown.trim()].slice(0, longest).join('').replace(/(?<![. ])[. ]+$/, '').replace(/^[. ]+/, '');
  return cut === '' ? '_' : devices.test(cut) ? `_${cut}` : cut;
}

/**
 * A name that tells two things apart by their ids, also where case does not count: title and id, and a mark of the id when it had
 * to be changed or has capitals.
 */
export function namedById(title: string | null, id: string): string {
  const safe = safeName(id);
  const mark = safe === id && !/\p{Lu}/u.test(id) ? '' : `~${createHash('sha256').update(id).digest('hex').slice(0, 8)}`;
  return `${title === null || title === '' ? '' : `${safeName(title)} `}${safe}${mark}`;
}
