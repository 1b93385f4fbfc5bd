import { isAscii, isUtf8 } from 'node:buffer';
import { SyncError } from '@1688/core';

/** How bytes become text. `settled` is false while only ASCII was seen, which says nothing. */
export interface TextEncoding {
  readonly label: string;
  readonly bomBytes: number;
  readonly settled: boolean;
  readonly why: string;
}

/** Names that users write, beside every label that TextDecoder knows. */
const aliases: Readonly<Record<string, string>> = { utf8: 'utf-8', 'utf-8-sig': 'utf-8', utf16: 'utf-16le', utf16le: 'utf-16le', utf16be: 'utf-16be', 'utf-16': 'utf-16le', gbk: 'gb18030', gb2312: 'gb18030', cp936: 'gb18030', ansi: 'gb18030' };

/**
 * Byte order mark, UTF-16 by its zeros, strict UTF-8, else GB18030 (which holds GBK and GB2312).
 * A file with a few broken lines is still of the encoding that most lines fit; those lines are rejected one by one.
 * @param wanted a label such as `gbk`; no guess is made then
 * @throws SOURCE_ENCODING when neither fits · ARGUMENT_INVALID for a label nobody knows
 */
export function detectEncoding(sample: Buffer, name: string, wanted?: string): TextEncoding {
  const bom = byteOrderMark(sample);
  if (wanted !== undefined) return wantedEncoding(sample, name, knownLabel(wanted), bom);
  if (bom) return { ...bom, settled: true, why: 'byte order mark' };
  const utf16 = zerosOfUtf16(sample);
  if (utf16) return { label: utf16, bomBytes: 0, settled: true, why: 'every second byte of Latin text is zero' };
  if (isAscii(sample)) return { label: 'utf-8', bomBytes: 0, settled: false, why: 'only ASCII so far' };
  return { ...guess(sample, name), bomBytes: 0, settled: true };
}

/** UTF-8 or GB18030 by what most lines with other than ASCII bytes are valid in. */
export function guess(bytes: Buffer, name: string): { label: string; why: string } {
  const whole = untilSafeCut(bytes);
  if (isUtf8(whole)) return { label: 'utf-8', why: 'valid UTF-8' };
  // Before GB18030, in which nearly any even number of such bytes is valid: one broken byte must not turn a whole file into mojibake.
  if (shareOfUtf8(whole) >= 0.5) return { label: 'utf-8', why: 'mostly valid UTF-8' };
  if (decodes(whole, 'gb18030')) return { label: 'gb18030', why: 'not UTF-8, valid GB18030' };
  if (shareOfLines(whole, 'gb18030') >= 0.5) return { label: 'gb18030', why: 'most lines are valid GB18030' };
  throw new SyncError('SOURCE_ENCODING', `Expected the text of ${name} to be UTF-8, UTF-16 or GB18030, received bytes that are none of them.`, {
    hint: 'Name the encoding with --encoding (option encoding), or save the file as UTF-8.',
    details: { tried: ['utf-8', 'utf-16', 'gb18030'] },
  });
}

function byteOrderMark(sample: Buffer): { label: string; bomBytes: number } | null {
  const start = sample.subarray(0, 4).toString('hex');
  if (start.startsWith('efbbbf')) return { label: 'utf-8', bomBytes: 3 };
  if (start.startsWith('fffe')) return { label: 'utf-16le', bomBytes: 2 };
  if (start.startsWith('feff')) return { label: 'utf-16be', bomBytes: 2 };
  return start === '84319533' ? { label: 'gb18030', bomBytes: 4 } : null;
}

function knownLabel(wanted: string): string {
  const label = aliases[wanted.toLowerCase()] ?? wanted.toLowerCase();
  try {
    return new TextDecoder(label).encoding;
  } catch (cause) {
    throw new SyncError('ARGUMENT_INVALID', `Expected an encoding such as utf-8, gb18030, utf-16le or big5, received ${JSON.stringify(wanted)}.`, { hint: 'Leave the encoding out to have it detected.', cause });
  }
}

function wantedEncoding(sample: Buffer, name: string, label: string, bom: { label: string; bomBytes: number } | null): TextEncoding {
  const bomBytes = bom?.label === label ? bom.bomBytes : 0;
  if (!label.startsWith('utf-16') && !isAscii(sample) && shareOfLines(untilSafeCut(sample.subarray(bomBytes)), label) < 0.5) {
    throw new SyncError('SOURCE_ENCODING', `Expected the text of ${name} to be ${label} as asked for, received bytes that are not.`, { hint: 'Leave the encoding out to have it detected.', details: { tried: [label] } });
  }
  return { label, bomBytes, settled: true, why: 'asked for' };
}

/** UTF-16 without a mark: zeros, nearly all of them on one side of the byte pairs. */
function zerosOfUtf16(sample: Buffer): string | null {
  const bytes = sample.subarray(0, 8_192);
  let even = 0;
  let odd = 0;
  for (let at = bytes.indexOf(0); at >= 0; at = bytes.indexOf(0, at + 1)) {
    if (at % 2 === 0) even += 1;
    else odd += 1;
  }
  if (even + odd < Math.max(2, bytes.length * 0.05)) return null;
  if (odd > 20 * even) return 'utf-16le';
  return even > 20 * odd ? 'utf-16be' : null;
}

/** Share of the lines that are not plain ASCII and are valid in `label`; 1 when every line is ASCII. */
function shareOfLines(bytes: Buffer, label: string): number {
  let all = 0;
  let valid = 0;
  for (let start = 0; start < bytes.length; ) {
    const newline = bytes.indexOf(10, start);
    const end = newline < 0 ? bytes.length : newline + 1;
    const line = bytes.subarray(start, end);
    if (!isAscii(line)) {
      all += 1;
      if (label === 'utf-8' ? isUtf8(line) : decodes(line, label)) valid += 1;
    }
    start = end;
  }
  return all === 0 ? 1 : valid / all;
}

/** Share of the bytes beyond ASCII that stand in runs of valid UTF-8. */
function shareOfUtf8(bytes: Buffer): number {
  let all = 0;
  let valid = 0;
  for (let start = 0; start < bytes.length; ) {
    if (bytes[start]! < 0x80) {
      start += 1;
      continue;
    }
    let end = start + 1;
    while (end < bytes.length && bytes[end]! >= 0x80) end += 1;
    all += end - start;
    if (isUtf8(bytes.subarray(start, end))) valid += end - start;
    start = end;
  }
  return all === 0 ? 1 : valid / all;
}

export function decodes(bytes: Buffer, label: string): boolean {
  try {
    new TextDecoder(label, { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false; // fatal: the decoder throws for the very question that is asked here
  }
}

/** The bytes up to a place that cannot be inside a character: behind the last byte below 0x30, which no encoding here uses as a trail byte. */
export function untilSafeCut(bytes: Buffer): Buffer {
  for (let at = bytes.length - 1; at >= 0; at -= 1) if (bytes[at]! < 0x30) return bytes.subarray(0, at + 1);
  return bytes;
}
