import { open } from 'node:fs/promises';

/** A part of a workbook on its way into the archive. It grows on disk; memory holds one buffer of it. */
export interface Part extends AsyncDisposable {
  readonly path: string;
  write(text: string): Promise<void>;
  close(): Promise<void>;
}

const bufferLength = 256 * 1024;

export async function openPart(path: string): Promise<Part> {
  const handle = await open(path, 'wx');
  let waiting: string[] = [];
  let length = 0;
  let closed = false;
  async function flush(): Promise<void> {
    const text = waiting.join('');
    waiting = [];
    length = 0;
    if (text !== '') await handle.appendFile(text);
  }
  async function dispose(): Promise<void> {
    if (closed) return;
    closed = true;
    await handle.close();
  }
  return {
    path,
    async write(text) {
      waiting.push(text);
      length += text.length;
      if (length >= bufferLength) await flush();
    },
    async close() {
      await flush();
      await dispose();
    },
    [Symbol.asyncDispose]: dispose,
  };
}
