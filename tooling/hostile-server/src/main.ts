/** `node tooling/hostile-server/src/main.ts [PORT]`: the origin, to be tried by hand until it is interrupted. */
import { faults } from './faults.ts';
import { hostileServer } from './hostile-server.ts';

const pixel = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');
const behaviours = faults({ picture: pixel, elsewhere: 'http://127.0.0.1:1' });
const server = await hostileServer(behaviours, { port: Number(process.argv[2] ?? 0) });
for (const path of Object.keys(behaviours)) console.log(server.origin + path);
process.once('SIGINT', () => void server[Symbol.asyncDispose]());
