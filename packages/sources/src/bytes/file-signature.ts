import { SyncError } from '@1688/core';

/** First bytes of files that people hand over by mistake, and what to do about each. */
const signatures: readonly (readonly [bytes: string, what: string, hint: string])[] = [
  ['d0cf11e0a1b11ae1', 'an old Excel file (.xls)', 'Save it in Excel as .xlsx or as CSV.'],
  ['25504446', 'a PDF', 'Export the data as XLSX, CSV or JSON.'],
  ['ffd8ff', 'a JPEG picture', 'Pictures are pulled from the addresses in the products; import the file with the products.'],
  ['89504e47', 'a PNG picture', 'Pictures are pulled from the addresses in the products; import the file with the products.'],
  ['47494638', 'a GIF picture', 'Pictures are pulled from the addresses in the products; import the file with the products.'],
  ['52494646', 'a WebP picture or another RIFF file', 'Import the file with the products.'],
  ['1f8b', 'a gzip archive', 'Unpack it first, for example with gunzip.'],
  ['28b52ffd', 'a zstd archive', 'Unpack it first, for example with zstd -d.'],
  ['377abcaf271c', 'a 7z archive', 'Unpack it first.'],
  ['526172211a07', 'a RAR archive', 'Unpack it first.'],
  ['53514c69746520666f726d6174', 'an SQLite database', 'Export the table as CSV or JSON.'],
  ['50415231', 'a Parquet file', 'Export it as CSV or JSON Lines.'],
];

/** True for the signature of a ZIP archive, which an XLSX file is. */
export function isZip(sample: Buffer): boolean {
  return sample.length >= 4 && sample.readUInt32BE(0) === 0x504b0304;
}

/**
 * Refuses what is no text: known binary files by their first bytes, others by their share of control characters.
 * UTF-16 must be told apart before: half of it may be zeros.
 * @throws SOURCE_FORMAT
 */
export function refuseBinary(sample: Buffer, name: string): void {
  const start = sample.subarray(0, 16).toString('hex');
  const known = signatures.find(([bytes]) => start.startsWith(bytes));
  if (known) throw unknownFormat(name, known[1], known[2]);
  let controls = 0;
  for (const byte of sample) if (byte < 9 || (byte > 13 && byte < 32 && byte !== 0x1e) || byte === 127) controls += 1;
  if (controls > sample.length * 0.02) throw unknownFormat(name, 'bytes that are no text', 'Export the data as XLSX, CSV or JSON.');
}

/** SOURCE_FORMAT for an input that is `what` instead of something that can be read. */
export function unknownFormat(name: string, what: string, hint: string): SyncError {
  return new SyncError('SOURCE_FORMAT', `Expected ${name} to be JSON, JSON Lines, JSONP, CSV, TSV, XLSX or a 数据包, received ${what}.`, { hint });
}
