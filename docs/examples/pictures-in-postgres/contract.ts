import { storageContract } from '@1688/storage/contract';
import { postgresBackend } from './postgres-backend.ts';

// node contract.ts postgres://…: tries every promise of the port on a live database.
const backend = await postgresBackend(process.argv[2] ?? '');
let broken = 0;
for (const { name, run } of storageContract(backend)) {
  const failure = await run().then(() => null, (error: unknown) => error);
  if (failure !== null) broken += 1;
  console.log(failure === null ? `ok      ${name}` : `broken  ${name}: ${String(failure)}`);
}
await backend.close?.();
process.exitCode = broken > 0 ? 1 : 0;
