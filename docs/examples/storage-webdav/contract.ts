import { storageContract } from '@1688/storage/contract';
import { webdavBackend } from './webdav-backend.ts';

// node contract.ts https://dav.example.com/folder/ [user password]: tries every promise of the port on a live share.
const [address = '', user, password] = process.argv.slice(2);
const backend = webdavBackend(address, user === undefined ? {} : { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` });
let broken = 0;
for (const { name, run } of storageContract(backend)) {
  const failure = await run().then(() => null, (error: unknown) => error);
  if (failure !== null) broken += 1;
  console.log(failure === null ? `ok      ${name}` : `broken  ${name}: ${String(failure)}`);
}
process.exitCode = broken > 0 ? 1 : 0;
