/** The two facts of EXIF data that matter here. */
export interface ExifFacts {
  /** 1 to 8; 1 is upright. */
  readonly orientation: number;
  /** Whether it says where the picture was taken. */
  readonly hasGps: boolean;
}

const orientationTag = 0x01_12;
const gpsTag = 0x88_25;

/** Reads the first directory of EXIF data, with or without the mark `Exif` before it. What is damaged counts as absent. */
export function readExif(bytes: Uint8Array): ExifFacts {
  const skip = Buffer.from(bytes.subarray(0, 6)).toString('latin1') === 'Exif\0\0' ? 6 : 0;
  const view = new DataView(bytes.buffer, bytes.byteOffset + skip, bytes.length - skip);
  const facts = { orientation: 1, hasGps: false };
  try {
    const little = view.getUint16(0) === 0x49_49;
    const directory = view.getUint32(4, little);
    for (let left = view.getUint16(directory, little), at = directory + 2; left > 0; left -= 1, at += 12) {
      const tag = view.getUint16(at, little);
      if (tag === orientationTag) facts.orientation = view.getUint16(at + 8, little);
      if (tag === gpsTag) facts.hasGps = view.getUint16(view.getUint32(at + 8, little), little) > 0;
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error; // a place beyond the last byte: damaged
  }
  return { ...facts, orientation: facts.orientation >= 1 && facts.orientation <= 8 ? facts.orientation : 1 };
}

/** EXIF data that holds an orientation and nothing else, without the mark `Exif`. */
export function exifOfOrientation(orientation: number): Buffer {
  const exif = Buffer.alloc(26);
  exif.write('MM\0*\0\0\0\u0008\0\u0001', 'latin1');
  exif.writeUInt16BE(orientationTag, 10);
  exif.writeUInt16BE(3, 12); // a 16-bit number
  exif.writeUInt32BE(1, 14); // of which there is one
  exif.writeUInt16BE(orientation, 18);
  return exif;
}
