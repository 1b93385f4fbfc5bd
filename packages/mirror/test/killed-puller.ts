import { argv } from 'node:process';
import { loadConfig, openMirror, pullImages } from '@1688/mirror';

/** Pulls pictures the way the command line does until it is killed. */
const [address = '', folder = '', port = ''] = argv.slice(2);
const config = await loadConfig({ cwd: folder, env: { DATABASE_URL: address, DATA_DIR: folder } });
await using mirror = await openMirror(config, { migrate: false });
await pullImages(mirror, { allow: [{ cidr: '127.0.0.1/32', port: Number(port) }] });
