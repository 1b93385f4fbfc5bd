/** A picture that waits to be fetched. */
export interface WaitingImage {
  readonly canonicalUrl: string;
  readonly host: string;
  /** Whose picture it is: within a host each group gets its turn. */
  readonly group: string;
  /** 0 first. */
  readonly priority: number;
}

/** Pictures in memory, few of each group, taken in turn: no host and no supplier waits for another one's thousands. */
export interface FairQueue {
  readonly size: number;
  /** How many wait with this priority or a better one. */
  sizeUpTo(priority: number): number;
  /** @returns false when it is not kept: its group or host has enough here already, or the queue is full */
  offer(image: WaitingImage): boolean;
  /** The next picture whose host may be asked: of the best priority, of the host and then the group that waited longest. */
  take(mayAsk: (host: string) => boolean): WaitingImage | null;
  /** True while a picture of another host waits. */
  hasOtherThan(host: string): boolean;
}

export interface FairQueueOptions {
  /** Of one priority, host and group. Default 256. */
  readonly perGroup?: number;
  /** Of one priority and host. Default 8,192. */
  readonly perHost?: number;
  /** In all. Default 32,768. */
  readonly capacity?: number;
}

/** A map's own order is the order of turns: who was served is put to the end. */
type Groups = Map<string, WaitingImage[]>;
interface HostLine { readonly groups: Groups; size: number }

export function fairQueue({ perGroup = 256, perHost = 8_192, capacity = 32_768 }: FairQueueOptions = {}): FairQueue {
  const levels = new Map<number, Map<string, HostLine>>();
  const known = new Set<string>();

  function lineOf({ priority, host }: WaitingImage): HostLine {
    const level = levels.get(priority) ?? new Map<string, HostLine>();
    levels.set(priority, level);
    const line = level.get(host) ?? { groups: new Map(), size: 0 };
    level.set(host, line);
    return line;
  }

  function takeFrom(level: Map<string, HostLine>, host: string, line: HostLine): WaitingImage | null {
    for (const [group, images] of line.groups) {
      const image = images.shift();
      line.groups.delete(group);
      if (images.length > 0) line.groups.set(group, images);
      if (!image) continue;
      line.size -= 1;
      level.delete(host);
      if (line.size > 0) level.set(host, line);
      known.delete(image.canonicalUrl);
      return image;
    }
    return null;
  }

  return {
    get size() { return known.size; },
    sizeUpTo(priority) {
      let sum = 0;
      for (const [each, level] of levels) if (each <= priority) for (const { size } of level.values()) sum += size;
      return sum;
    },
    offer(image) {
      if (known.has(image.canonicalUrl)) return true;
      if (known.size >= capacity) return false;
      const line = lineOf(image);
      const images = line.groups.get(image.group) ?? [];
      if (images.length >= perGroup || line.size >= perHost) return false;
      images.push(image);
      line.groups.set(image.group, images);
      line.size += 1;
      known.add(image.canonicalUrl);
      return true;
    },
    take(mayAsk) {
      for (const priority of [...levels.keys()].toSorted((a, b) => a - b)) {
        const level = levels.get(priority)!;
        for (const [host, line] of level) {
          const image = mayAsk(host) ? takeFrom(level, host, line) : null;
          if (image) return image;
        }
      }
      return null;
    },
    hasOtherThan(host) {
      for (const level of levels.values()) for (const [name, line] of level) if (name !== host && line.size > 0) return true;
      return false;
    },
  };
}
