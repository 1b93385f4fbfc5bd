import { existsSync } from 'node:fs';
import { mkdir, rm, unlink, utimes, writeFile, readFile } from 'node:fs/promises';
import path from 'node:path';
import { SyncError } from '@1688/core';
import type { Mirror } from '@1688/mirror';
import { command, type CommandContext } from '../command.ts';
import { sellers } from '../demo/goods.ts';
import { changeOffers, makeOffers } from '../demo/offers.ts';
import { startPictureServer } from '../demo/picture-server.ts';
import { spreadsheet } from '../demo/spreadsheet.ts';
import { exitCodes } from '../exit-code.ts';

const offerCount = 120;
const ownMark = 'demo.json';

/** A step the demo shows: its title, the command a user would type, and what it has to end with. */
interface Step {
  readonly title: Parameters<CommandContext['t']>[0];
  readonly argv?: readonly string[];
  readonly act?: () => Promise<void>;
  readonly expected?: number;
}

export const demoCommand = command({
  name: 'demo', store: 'config', options: {},
  async run(context) {
    const startedAt = performance.now();
    const { flows, t, say, out, json } = context;
    // The demo keeps to the embedded database and its own folder, whatever the user's environment names.
    const dataDir = context.config.dataDir;
    const config = await flows.loadConfig({ cwd: context.cwd, env: { DATA_DIR: dataDir } });
    await takePlace(dataDir, t);
    await using mirror = await flows.openMirror(config, { create: true, signal: context.signal });
    await flows.eraseStore(mirror);
    await using pictures = await startPictureServer();
    const files = await writeOffers(dataDir, pictures.origin);
    const print = json ? say : (line: string) => { out.line(line); };
    print(t('demo.title', { offers: offerCount, origin: pictures.origin }));
    const done = [];
    for (const step of steps({ mirror, files, port: pictures.port })) {
      print(`\n▸ ${t(step.title)}`);
      if (step.act) await step.act();
      if (step.argv) {
        print(`  $ 1688sync ${step.argv.map(quoted).join(' ')}`);
        const exitCode = await context.run([...step.argv, '--lang', context.language === 'zh-CN' ? 'zh' : 'en'], { DATA_DIR: dataDir });
        if (exitCode !== (step.expected ?? 0)) {
          throw new SyncError('INTERNAL', t('demo.failed', { step: t(step.title), expected: step.expected ?? 0, received: exitCode }));
        }
        done.push({ command: step.argv.join(' '), exitCode });
      }
    }
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    const shown = path.relative(context.cwd, dataDir) || '.';
    print(`\n${t('demo.done', { seconds, place: dataDir })}`);
    const isDefault = context.config.origins.DATA_DIR === 'default';
    print(t('demo.open', { command: `${isDefault ? '' : `DATA_DIR=${shown} `}${context.fromClone ? 'npm run -s cli -- ' : '1688sync '}serve` }));
    return { data: { dataDir, seconds: Number(seconds), steps: done }, streamed: true };
  },
});

interface DemoFiles {
  readonly before: string;
  readonly after: string;
  readonly table: string;
  readonly offerId: string;
  /** One whose pictures another supplier shows, too. */
  readonly resoldId: string;
}

function steps({ mirror, files, port }: { mirror: Mirror; files: DemoFiles; port: number }): Step[] {
  const pull = ['images', 'pull', '--allow-host', `127.0.0.1/32:${port}`];
  return [
    { title: 'demo.step.import', argv: ['import', files.before, '--observed-at', '2026-11-01T08:00:00+08:00'] },
    { title: 'demo.step.watch', argv: ['watch', 'add', 'cheaper', '--price-down', '4', '--max-lines', '4'] },
    { title: 'demo.step.again', argv: ['import', files.after, '--observed-at', '2026-11-08T08:00:00+08:00'] },
    { title: 'demo.step.preview', argv: ['import', files.table, '--preview', '1'] },
    { title: 'demo.step.table', argv: ['import', files.table, '--scope', 'price-list'], expected: exitCodes.partly },
    { title: 'demo.step.rejects', argv: ['rejects', 'list'] },
    { title: 'demo.step.changes', argv: ['changes', '--since', String(offerCount + sellers.length), '--limit', '8'] },
    { title: 'demo.step.history', argv: ['product', 'history', files.offerId, '--field', 'tiers'] },
    { title: 'demo.step.explain', argv: ['product', 'explain', files.offerId, 'priceMinCny'] },
    { title: 'demo.step.alerts', argv: ['watch', 'run'] },
    { title: 'demo.step.pull', argv: pull, expected: exitCodes.partly },
    { title: 'demo.step.dupes', argv: ['images', 'dupes', '--limit', '4'] },
    { title: 'demo.step.same', argv: ['same', files.resoldId, '--min-score', '0.9', '--limit', '4'] },
    { title: 'demo.step.search', argv: ['search', '连衣裙', '--limit', '5'] },
    { title: 'demo.step.backup', argv: ['backup', 'create', '--name', 'demo'] },
    { title: 'demo.step.verify', argv: ['backup', 'verify', 'demo'] },
    { title: 'demo.step.break', act: () => breakThings(mirror) },
    { title: 'demo.step.check', argv: ['check', '--deep'], expected: exitCodes.findings },
    { title: 'demo.step.plan', argv: ['fix'] },
    { title: 'demo.step.fix', argv: ['fix', '--apply'] },
    { title: 'demo.step.recheck', argv: pull },
    { title: 'demo.step.recheck', argv: ['check', '--deep'] },
    { title: 'demo.step.restore', argv: ['backup', 'restore', 'demo'] },
    { title: 'demo.step.stats', argv: ['stats'] },
  ];
}

/** Refuses to erase a store that is not the demo's, and marks the place as the demo's. */
async function takePlace(dataDir: string, t: CommandContext['t']): Promise<void> {
  const mark = path.join(dataDir, ownMark);
  if (existsSync(path.join(dataDir, 'database')) && !existsSync(mark)) {
    throw new SyncError('REFUSED', t('demo.foreign', { place: dataDir }), { hint: t('demo.foreignHint') });
  }
  await mkdir(dataDir, { recursive: true });
  await writeFile(mark, '{"note":"This store is made by 1688sync demo, which erases it at each start."}\n');
}

async function writeOffers(dataDir: string, origin: string): Promise<DemoFiles> {
  const folder = path.join(dataDir, 'demo');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const offers = makeOffers(offerCount, origin);
  const before = path.join(folder, 'offers.jsonl');
  const after = path.join(folder, 'offers-a-week-later.jsonl');
  const table = path.join(folder, '价格表.csv');
  await writeFile(before, `${offers.map((each) => JSON.stringify(each)).join('\n')}\n`);
  await writeFile(after, `${changeOffers(offers).map((each) => JSON.stringify(each)).join('\n')}\n`);
  await writeFile(table, spreadsheet());
  return { before, after, table, offerId: String(offers[1]?.offerId), resoldId: String(offers[53]?.offerId) };
}

/** Damage of four kinds, as disks, people and bugs do it. */
async function breakThings({ db, config }: Mirror): Promise<void> {
  const images = path.join(config.dataDir, 'images');
  const objects = await db.knex.withSchema(db.schema).from('image_objects').select<{ key: string }[]>('key').orderBy('sha256').limit(2);
  const [deleted, altered] = objects.map(({ key }) => path.join(images, key));
  if (!deleted || !altered) throw new SyncError('INTERNAL', 'The demo expected two stored pictures to break.');
  await unlink(deleted);
  const bytes = await readFile(altered);
  bytes.fill(0, bytes.length >> 1, (bytes.length >> 1) + 64);
  await writeFile(altered, bytes);
  const stray = path.join(images, 'sha256', 'ff', 'ff', `${'f'.repeat(64)}.jpg`);
  await mkdir(path.dirname(stray), { recursive: true });
  await writeFile(stray, 'not ours');
  const longAgo = new Date(Date.now() - 7 * 86_400_000);
  await utimes(stray, longAgo, longAgo);
  await db.knex.raw(`update ??.products set title_grams = ''::tsvector where id = (select min(id) from ??.products)`, [db.schema, db.schema]);
}

function quoted(word: string): string {
  return /^[\w./:=@%+,-]+$/.test(word) || /^[\u4E00-\u9FFF]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
