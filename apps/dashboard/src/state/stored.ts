/** A choice that this browser remembers. Storage may be forbidden: then the choice lasts as long as the page. */
export function readChoice<Value extends string>(name: string, allowed: readonly Value[]): Value | null {
  try {
    const held = localStorage.getItem(`1688sync.${name}`);
    return allowed.find((each) => each === held) ?? null;
  } catch {
    return null; // storage is switched off in this browser
  }
}

export function keepChoice(name: string, value: string): void {
  try {
    localStorage.setItem(`1688sync.${name}`, value);
  } catch {
    return; // storage is switched off in this browser
  }
}
