import { strict as assert } from 'node:assert';
import { isSyncError } from '@1688/core';
import type { RawObject } from '../json/json-text.ts';
import { recordsOf, type Trial, type Trials } from './contract-case.ts';
import { frozen, mutationsOf } from './mutations.ts';
import { shown } from './recognition-cases.ts';

/** The promises about records in wrappers, and about those that speak of several offers. */
export const partTrials: Trials = {
  'inherits names fields, and a record that has them already is mapped alone'(trial) {
    const { inherits } = trial.profile;
    if (inherits === undefined) return;
    assert.ok(Array.isArray(inherits) && inherits.every((key) => typeof key === 'string' && key !== ''), 'Expected inherits to be a list of names');
    for (const record of trial.records()) {
      const whole = { ...Object.fromEntries(inherits.map((key) => [key, '示例'])), ...record };
      assert.ok(trial.profile.isRecord(whole), 'Expected a record to stay one when it has what its page tells');
      trial.map(whole);
    }
  },
  'expand gives at least one record, each of which is one offer and a record by itself'(trial) {
    for (const record of whole(trial)) {
      const parts = expand(trial, record);
      assert.ok(parts.length > 0, 'Expected expand to give at least the record itself');
      for (const part of parts) {
        assert.ok(trial.profile.isRecord(part), `Expected each part to be a record, received ${shown(part)}`);
        assert.deepEqual(expand(trial, part), [part], `Expected a part to be one record and not several, received ${shown(part)}`);
      }
    }
  },
  'expand is pure: the same record gives the same parts and stays as it is'(trial) {
    const first = whole(trial).map((record) => expand(trial, record));
    assert.deepEqual(frozen(whole(trial)).map((record) => expand(trial, record)), first, 'Expected a frozen record to give the same parts');
  },
  'expand gives parts of whatever a record holds'(trial) {
    if (!trial.profile.expand) return;
    for (const record of whole(trial)) {
      for (const mutated of mutationsOf(record)) {
        for (const part of expand(trial, mutated)) {
          try {
            trial.map(part);
          } catch (error) {
            if (!isSyncError(error)) throw new Error(`Expected map to throw nothing but a SyncError, received ${String(error)} for ${shown(part)}`, { cause: error });
          }
        }
      }
    }
  },
};

function whole({ profile, examples }: Trial): RawObject[] {
  return recordsOf(profile, structuredClone(examples));
}

function expand({ profile }: Trial, record: RawObject): readonly RawObject[] {
  return profile.expand?.(record) ?? [record];
}
