import { strict as assert } from 'node:assert';
import { isObject, type RawObject } from '../json/json-text.ts';
import { foreignRecords } from './foreign-records.ts';
import { recordsOf, type Trial, type Trials } from './contract-case.ts';
import { frozen, mutationsOf } from './mutations.ts';

/** Below this nobody's profile is chosen, see `detection.ts`. */
const leastConfidence = 0.3;

/** The promises about which records are the profile's own. */
export const recognitionTrials: Trials = {
  'the name is a short word without blanks, and the mapper version a whole number from 1'({ profile }) {
    assert.match(String(profile.name), /^[\w.@/-]{1,100}$/, `Expected the name to be letters, digits and dashes, received ${JSON.stringify(profile.name)}`);
    assert.ok(Number.isSafeInteger(profile.mapperVersion) && profile.mapperVersion >= 1, `Expected mapperVersion to be a whole number from 1, received ${String(profile.mapperVersion)}`);
  },
  'each example holds at least one record of the profile'({ profile, examples }) {
    for (const [index, example] of examples.entries()) assert.ok(recordsOf(profile, [structuredClone(example)]).length > 0, `Expected isRecord to find a record in example ${index}, found none`);
  },
  'isRecord answers true or false for any object, and false for what no source of products writes'({ profile, examples }) {
    for (const record of foreignRecords) assert.equal(profile.isRecord(record), false, `Expected isRecord to refuse ${JSON.stringify(record)}`);
    for (const example of examples) {
      for (const mutated of objectsOf(example).slice(0, 30).flatMap((object) => [...mutationsOf(object, 60)])) {
        assert.equal(typeof profile.isRecord(mutated), 'boolean', `Expected isRecord to answer true or false for ${shown(mutated)}`);
      }
    }
  },
  'recognises is sure enough of the examples to be chosen'(trial) {
    const sure = sureness(trial, ownRecords(trial));
    assert.ok(sure >= leastConfidence, `Expected recognises to answer at least ${leastConfidence} for its own examples, received ${sure}`);
  },
  'recognises answers 0 for no record, and too little to be chosen for those of others'(trial) {
    assert.equal(sureness(trial, []), 0, 'Expected recognises to answer 0 for an empty list');
    assert.ok(sureness(trial, foreignRecords) < leastConfidence, 'Expected recognises to refuse records of others');
  },
  'recognises answers a number from 0 to 1 whatever the records hold'(trial) {
    for (const record of ownRecords(trial)) for (const mutated of mutationsOf(record, 300)) sureness(trial, [mutated, record]);
  },
  'isRecord and recognises change nothing in what they look at'(trial) {
    const before = JSON.stringify(trial.examples);
    const records = frozen(ownRecords(trial));
    for (const record of records) assert.equal(trial.profile.isRecord(record), true, 'Expected isRecord to answer the same for the same record');
    sureness(trial, records);
    assert.equal(JSON.stringify(trial.examples), before, 'Expected the examples to stay as they are');
  },
};

function ownRecords({ profile, examples }: Trial): RawObject[] {
  return recordsOf(profile, structuredClone(examples));
}

function sureness({ profile, format }: Trial, records: readonly RawObject[]): number {
  const sure = profile.recognises(records, { format });
  assert.ok(typeof sure === 'number' && sure >= 0 && sure <= 1, `Expected recognises to answer a number from 0 to 1, received ${String(sure)} for ${records.length} records`);
  return sure;
}

/** Every object in a document. */
function objectsOf(document: unknown): RawObject[] {
  if (Array.isArray(document)) return document.flatMap(objectsOf);
  return isObject(document) ? [document, ...Object.values(document).flatMap(objectsOf)] : [];
}

export function shown(value: unknown): string {
  return (JSON.stringify(value) ?? String(value)).slice(0, 300);
}
