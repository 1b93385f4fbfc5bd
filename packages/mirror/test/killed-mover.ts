import { argv } from 'node:process';
import { loadConfig, moveStorage, openMirror } from '@1688/mirror';

/** Moves a picture store the way the command line does until it is killed, and tells the parent how far it is. */
const [address = '', folder = '', to = ''] = argv.slice(2);
await using mirror = await openMirror(await loadConfig({ cwd: folder, env: { DATABASE_URL: address, DATA_DIR: folder, STORAGE_PATH: 'old' } }), { migrate: false });
await moveStorage(mirror, { to, onProgress: ({ done }) => void globalThis.process.send?.(done) });
