import { argv } from 'node:process';
import { importFile, loadConfig, openMirror } from '@1688/mirror';

/** Imports one file the way the command line does until it is killed, and tells the parent how far it is. */
const [address = '', file = '', folder = ''] = argv.slice(2);
const config = await loadConfig({ cwd: folder, env: { DATABASE_URL: address, DATA_DIR: folder, BATCH_SIZE: '200' } });
await using mirror = await openMirror(config, { migrate: false });
await importFile(mirror, file, { observedAt: new Date(Number(argv[5])), onProgress: ({ done }) => void globalThis.process.send?.(done) });
