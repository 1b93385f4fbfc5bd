import { z } from 'zod';
import { option } from './command.ts';

/** Schemas of flags that several commands share. Flags arrive as text, or true for a switch. */
export const text = z.string().min(1, 'a text of at least 1 character').optional();
/** `a,b` as a list. */
export const words = z.string().min(1, 'words separated by commas').transform((value) => value.split(',').map((each) => each.trim()).filter((each) => each !== ''));
export const given = z.boolean().default(false);
export const count = z.coerce.number({ error: 'a whole number' }).int('a whole number').min(1, 'at least 1');
export const percent = z.coerce.number({ error: 'a number of percent' }).min(0, 'at least 0').max(100, 'at most 100');
export const money = z.string().regex(/^\d{1,10}(\.\d{1,4})?$/, 'a number of yuan such as 12.50').optional();
export const time = z
  .string()
  .refine((value) => !Number.isNaN(Date.parse(value)), 'a time such as 2026-01-31T08:00:00+08:00')
  .transform((value) => new Date(value))
  .optional();

/** `--map 标题=title --map 价=priceMinCny` as an object; a name may hold `=` itself, a value cannot. */
export const pairs = z
  .array(z.string())
  .refine((texts) => texts.every((each) => /^[\s=]*[^\s=][^]*=[^=]+$/.test(each)), 'a column and a field, such as 标题=title')
  .transform((texts) => Object.fromEntries(texts.map((each) => [each.slice(0, each.lastIndexOf('=')).trim(), each.slice(each.lastIndexOf('=') + 1).trim()])))
  .optional();

const unitMs = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** `12h` or `7d` as milliseconds. */
export const duration = z
  .string()
  .regex(/^\d{1,6}[smhd]$/, 'a time such as 12h or 7d')
  .transform((value) => Number(value.slice(0, -1)) * unitMs[value.at(-1) as keyof typeof unitMs]);

/** Private addresses that may be connected to; `toAllowed` reads them. */
export const addressRanges = option('--allow-host <cidr:port...>', z.array(z.string().regex(/^[0-9a-fA-F.:]+\/\d{1,3}:\d{1,5}$/, 'an address range and port such as 127.0.0.1/32:8080')).default([]));

/** `127.0.0.1/32:8080` as range and port. */
export function toAllowed(texts: readonly string[]): { cidr: string; port: number }[] {
  return texts.map((each) => ({ cidr: each.slice(0, each.lastIndexOf(':')), port: Number(each.slice(each.lastIndexOf(':') + 1)) }));
}

export const imageRole = z.enum(['main', 'gallery', 'sku', 'description'], 'one of main, gallery, sku, description');
/** How many bits of a perceptual hash may differ. */
export const bits = z.coerce.number({ error: 'a whole number' }).int('a whole number').min(0, 'at least 0').max(15, 'at most 15').default(6);
