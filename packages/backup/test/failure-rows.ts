/** Where a test stands: the path of its file from the root of the workspace, and its name as the file spells it. */
export type Proof = readonly [file: string, name: string];

const here = 'packages/backup/test';
const killed = `${here}/killed-work.full.test.ts`;
const kills = {
  create: [killed, 'create: no backup looks complete that is not, and the next run succeeds at once and takes over what was written'],
  restore: [killed, 'restore: live data stays, and the next one succeeds; what the killed one left can be dropped'],
  switched: [killed, 'switch: the live data is the old or the restored, never a mixture, and it can be finished and undone'],
  prune: [killed, 'prune: every backup that is listed is whole, and the next prune finishes'],
} as const satisfies Record<string, Proof>;
const bucket: Proof = [`${here}/buckets.test.ts`, 'a bucket that %s takes a whole backup or none, and gives it back'];
const everyHarm: Proof = [`${here}/damage.full.test.ts`, 'finds and names every file that is flipped, cut, deleted or swapped, and no restore begins'];
const harmed: Proof = [`${here}/damage.test.ts`, 'that is %s is found and named, and a restore is refused before anything is made'];
const full: Proof = [`${here}/faults.test.ts`, 'a storage that is full at %s leaves no backup, and room is all that the next run needs'];
const partial: Proof = [`${here}/backup.test.ts`, 'a picture that is absent or has other bytes makes the backup partial and is named'];
const lease: Proof = [`${here}/moment.test.ts`, 'pictures that go while they are copied, and a lease that was taken away, make the backup partial, never complete'];
const leased: Proof = ['packages/mirror/test/collect-images.test.ts', 'while a backup holds a lease nothing that the database knows is collected'];
const writers: Proof = [`${here}/writers.full.test.ts`, 'the sum over two tables holds in every backup made by %i readers under 200 transactions a second'];
const versions: Proof = [`${here}/servers.full.test.ts`, 'a backup of PostgreSQL %s comes back on %s, ours and a foreign schema, with equal hashes'];
const drilled: Proof = [`${here}/backup.test.ts`, 'keeps rows and pictures, and is verified at every level'];
const newest: Proof = [`${here}/prune.test.ts`, 'the newest verified backup stays, however old, and partial ones do not count'];
const month: Proof = ['packages/backup/src/retention.test.ts', 'nothing goes when no backup was made for a month, and nothing counts that lies in the future'];
const newerMigration: Proof = [`${here}/restore.test.ts`, 'a backup with a migration that this version does not know is refused'];
const locks: Proof = [`${here}/locks.test.ts`, 'a storage whose clock is %s: locks that live are kept, those that gave no sign for half an hour are not'];
const atOnce: Proof = [`${here}/locks.test.ts`, 'backups, prunes and verifications at the same time leave every backup that is listed whole'];
const wrongKey: Proof = [`${here}/encryption.test.ts`, 'without the key, or with another, everything is refused at once; a recovery key opens it'];

/** Every fault that a backup has to stand, and the tests that hold it to that: what can be lost silently is written down here. */
export const failureRows: Readonly<Record<string, readonly Proof[]>> = {
  '1 killed at each point': [kills.create, [`${here}/killed-backup.full.test.ts`, 'a backup that is killed leaves none that looks complete, and the next run succeeds at once']],
  '2 no room': [full, [`${here}/buckets.test.ts`, 'a bucket that is full, and one that answers well and keeps nothing, end in no backup']],
  '3 a storage that fails, is slow, or takes half': [bucket, [`${here}/faults.test.ts`, 'a storage that fails now and then, or loses its answers, never ends in a backup that is not whole']],
  '4 two backups at once': [[`${here}/backup.test.ts`, 'two backups of one schema do not run at once']],
  '5 backup beside prune and verify': [atOnce, [`${here}/prune.test.ts`, 'nothing is pruned while a manifest cannot be read, or while a backup runs'], [`${here}/prune.test.ts`, 'a backup that was frozen while a prune took its lock for dead is whole when it thaws']],
  '6 stale locks, reused process numbers, clocks': [locks, [`${here}/locks.test.ts`, 'the lock of a process of this machine that is gone counts for nothing at once']],
  '7 one moment under writers': [writers, [`${here}/snapshot.test.ts`, 'a backup shows one moment while others write, add and drop']],
  '8 TRUNCATE, ALTER, DROP meanwhile': [[`${here}/moment.test.ts`, 'TRUNCATE, ALTER and DROP wait until the rows are read, and the backup has them']],
  '9 time limits of the role': [[`${here}/moment.test.ts`, 'limits of time that a role or database sets for everybody do not end a backup, a restore or a drill']],
  '10 a pooler': [[`${here}/pooler.full.test.ts`, 'a pooler that lends connections to transactions is refused, one that works by session is not']],
  '11 late commits, deletes, changed keys': [[`${here}/faults.test.ts`, 'late commits, deletes and changed keys come back exactly as each backup saw them']],
  '12 few changes cost little': [[`${here}/deltas.test.ts`, 'a changed row costs its difference, and every backup still reads alone']],
  '13 pictures that go meanwhile': [lease, partial, leased],
  '14 a picture that comes back while it is swept': [['packages/mirror/test/collect-images.full.test.ts', 'collections beside writers never leave a row without its object, in 1,000 seeded interleavings'], ['packages/mirror/test/collect-images.test.ts', 'a picture that comes back after its object was collected is fetched again']],
  '15 wrong bytes at the source': [partial],
  '16 empty, tiny and odd values': [[`${here}/snapshot.test.ts`, 'values that text could lose come back exactly'], [`${here}/moment.test.ts`, 'a store without rows, a table with one row and a picture of no bytes come back']],
  '17 every kind of file harmed': [everyHarm, harmed, [`${here}/damage.test.ts`, 'names and lengths alone find what is cut or deleted'], [`${here}/faults.test.ts`, 'each file that another of its kind takes the place of is found, and a restore is refused']],
  '18 a lost index': [[`${here}/damage.test.ts`, 'the next backup makes up for a lost index and lost packs']],
  '19 a lost base': [[`${here}/deltas.test.ts`, 'the base of a delta that is gone is named at the level of names and lengths, and the next backup stores the rows again']],
  '20 versions of PostgreSQL': [versions],
  '21 a wrong name typed': [['apps/cli/test/backup-commands.test.ts', 'a restore is compared, switched after a safety backup when its id is typed, and undone']],
  '22 newer and older schemas': [newerMigration, [`${here}/after-restore.test.ts`, 'a backup of each of the last migrations is restored and migrated forward']],
  '23 killed while loading or switching': [kills.restore, kills.switched],
  '24 undo': [[`${here}/restore.test.ts`, 'goes back, in another process too, and the restore can be dropped then']],
  '25 a damaged database': [[`${here}/after-restore.test.ts`, 'a live table that the server can no longer read does not stand in the way of the restore']],
  '26 a small disk': [[`${here}/restore.test.ts`, 'a disk with too little room is told before anything is made']],
  '27 some rows with what they need': [[`${here}/restore-rows.test.ts`, 'one product comes back with its SKUs and picture, and nothing else changes'], [`${here}/restore-rows.test.ts`, 'a supplier brings its products along, and a product the supplier that it needs']],
  '28 queue, feed, epoch': [[`${here}/after-restore.test.ts`, 'a queue that lies in a schema of its own is neither backed up nor brought back'], [`${here}/restore.test.ts`, 'switches, keeps the old data beside, and gives the store a new epoch and lineage']],
  '29 the backup after a restore': [[`${here}/after-restore.test.ts`, 'the backup after a restore holds what is live then, and one of before the restore still restores']],
  '30 a clean machine': [[`${here}/restore.test.ts`, 'a backup restores into an empty database, with its pictures'], [`${here}/rescue.full.test.ts`, 'opens an encrypted repository with the age tool and the key'], [`${here}/encryption.test.ts`, 'backups of an encrypted repository verify at every level and restore']],
  '31 retention as a plain model has it': [['packages/backup/src/retention.test.ts', 'what stays is what a plain model says, for any backups and any rules'], ['packages/backup/src/retention.test.ts', 'midnight is that of the time zone, on the days when clocks change and on leap days too'], newest],
  '32 what is pinned': [['apps/cli/test/backup-commands.test.ts', 'prune tells truly what it would remove; what is tagged stays']],
  '33 a month without runs': [month],
  B01: [[`${here}/crafted.test.ts`, 'one flipped bit anywhere in an %s repository is found before anything is made'], ['packages/backup/src/sealed-json.test.ts', 'every flipped bit and every cut is found']],
  B02: [[`${here}/crafted.test.ts`, 'an encrypted file that is cut at a border of its chunks, lacks its last chunk, has them in another order or is followed by another is refused']],
  B03: [everyHarm, [`${here}/encryption.test.ts`, 'an old manifest under a new number, and packs that changed places, are found']],
  B04: [wrongKey, [`${here}/crafted.test.ts`, 'a key file that asks for endless work, is empty or for somebody else is refused at once']],
  B05: [[`${here}/crafted.test.ts`, 'a delta that stands upon itself or upon another delta is refused, and nothing turns in a circle']],
  B06: [[`${here}/after-restore.test.ts`, 'a repository whose list of files leads out of the storage brings no file there'], ['packages/backup/src/pack.test.ts', 'a frame that holds more than it says is not decompressed']],
  B09: [kills.create, full, bucket, newest],
  B10: [kills.restore, kills.switched],
  B11: [[`${here}/restore.test.ts`, 'loads beside, tells the differences, and leaves the live data alone'], [`${here}/restore.test.ts`, 'a plan is stale once another restore was applied'], newerMigration],
  B12: [writers, leased, lease],
  B13: [newest, month, [`${here}/prune.test.ts`, 'what no backup needs is deleted by a later prune, and only when it is still not needed'], kills.prune],
  B14: [wrongKey, [`${here}/encryption.test.ts`, 'keys are changed without writing the backups again']],
  B15: [[`${here}/buckets.test.ts`, 'a bucket that is full, and one that answers well and keeps nothing, end in no backup'], ['apps/cli/test/backup-commands.test.ts', 'backups go stale with time, and say so with exit 3']],
  B16: [drilled],
  B17: [[`${here}/crafted.test.ts`, 'settings are kept as they were given, and nothing else of the process lies in a repository'], [`${here}/encryption.test.ts`, 'nothing of rows, names or pictures lies open'], ['packages/mirror/src/load-config.test.ts', 'never shows a secret, not even one of the wrong form']],
  B18: [versions, newerMigration],
};
