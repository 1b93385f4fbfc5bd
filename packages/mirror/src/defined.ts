type Defined<Given> = { [Name in keyof Given]: Exclude<Given[Name], undefined> };

/** The same object without the properties that are undefined: what a caller left out stays left out when it is handed on. */
export function defined<Given extends object>(given: Given): Partial<Defined<Given>> {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Partial<Defined<Given>>;
}
