import { prepareRecord, type PreparedRecord, type PreparedReject } from '../import/prepared-record.ts';
import type { DocumentMapper } from './document-mapper.ts';
import type { Telling } from './tellings.ts';

/**
 * A telling as an import would take it, mapped as it would be mapped now and seen when it was seen then. Null for a document that is no
 * product and no mistake.
 * @throws SOURCE_PROFILE for a profile that is not known
 */
export function preparedTelling({ document, observedAt, line, pointer }: Telling, mapper: DocumentMapper, record: number): PreparedRecord | PreparedReject | null {
  const outcome = mapper.map(document);
  if (outcome === null) return null;
  const { document: text, profile, format } = document;
  const position = { line, record, pointer };
  if (!outcome.ok) return { rejected: { document: text, profile, position, field: null }, error: outcome.error };
  const mapperVersion = mapper.versionOf(profile) ?? document.mapperVersion;
  return prepareRecord({ ok: true, value: { ...outcome.value, document: text, profile, mapperVersion, observedAt, position, ...(format === null ? {} : { format }) } }, observedAt);
}
