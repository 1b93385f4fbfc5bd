import { promisify } from 'node:util';
import { zstdDecompress } from 'node:zlib';
import { defineCheck } from '../check.ts';
import { fault } from '../finding.ts';
import { touched } from '../touched.ts';

const decompress = promisify(zstdDecompress);
const largest = 256 * 1024 * 1024;

interface PayloadRow {
  readonly id: string;
  readonly offer: string;
  readonly size: number;
  readonly body: Buffer;
}

/** The documents as received are what tables can be rebuilt from: each is unpacked and measured. */
export const payloadUnreadable = defineCheck({
  id: 'payload-unreadable',
  title: 'Received documents that cannot be unpacked',
  titleZh: '原始记录无法解压或长度不符',
  severity: 'high',
  kind: 'sql',
  deep: true,
  needs: ['payloads.body', 'payloads.size_bytes', 'payloads.source_id'],
  async *find(context) {
    const { session } = context;
    const rows = session.stream<PayloadRow>(session.sql('select id::text, source_id as offer, size_bytes as size, body from ? as t where ?', [session.named('payloads'), touched(context, 'payloads')]));
    for await (const { id, offer, size, body } of rows) {
      context.budget.spend(body.length);
      const problem = await problemOf(body, size);
      if (problem) yield fault('payloads', id, { offerId: offer, problem }, { key: { id }, fixable: false });
    }
  },
});

async function problemOf(body: Buffer, size: number): Promise<string | null> {
  try {
    const bytes = await decompress(body, { maxOutputLength: largest });
    return bytes.length === size ? null : `it has ${bytes.length} bytes, expected ${size}`;
  } catch (error) {
    return `it cannot be unpacked: ${error instanceof Error ? error.message : String(error)}`; // of damaged bytes anything may be said
  }
}
