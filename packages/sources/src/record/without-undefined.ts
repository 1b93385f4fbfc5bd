/** The same object without the fields that are undefined: a field that was not told is not there. */
export function withoutUndefined<Value extends object>(value: Value): { [Key in keyof Value as undefined extends Value[Key] ? never : Key]: Value[Key] } & { [Key in keyof Value as undefined extends Value[Key] ? Key : never]?: Exclude<Value[Key], undefined> } {
  const told: Record<string, unknown> = {};
  for (const key in value) {
    const each = value[key];
    if (each !== undefined) told[key] = each;
  }
  return told as ReturnType<typeof withoutUndefined<Value>>;
}
