/** The same object without the fields that are undefined: a field that was not told is not there. */
export function withoutUndefined<Value extends object>(value: Value): { [Key in keyof Value as undefined extends Value[Key] ? never : Key]: Value[Key] } & { [Key in keyof Value as undefined extends Value[Key] ? Key : never]?: Exclude<Value[Key], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as ReturnType<typeof withoutUndefined<Value>>;
}
