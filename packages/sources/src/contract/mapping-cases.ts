import { strict as assert } from 'node:assert';
import { isSyncError, parseProduct, parseProductUpdate, productSchema, recordKinds, type ProductUpdate } from '@1688/core';
import type { RawObject } from '../json/json-text.ts';
import type { MappedProduct } from '../profile.ts';
import { withoutUndefined } from '../record/without-undefined.ts';
import type { Trial, Trials } from './contract-case.ts';
import { elsewhere } from './elsewhere.ts';
import { frozen, mutationsOf, withEvery } from './mutations.ts';
import { shown } from './recognition-cases.ts';

/** The promises about what becomes of a record. */
export const mappingTrials: Trials = {
  'each record of the examples is mapped, and each example gives a product'(trial) {
    assert.ok(trial.examples.length > 0, 'Expected at least one example');
    let products = 0;
    for (const record of trial.records()) if (trial.map(record) !== null) products += 1;
    assert.ok(products > 0, 'Expected the examples to give at least one product, received none');
  },
  'what is mapped passes the checks of the model'(trial) {
    for (const { mapped } of mappedExamples(trial)) parsed(mapped);
  },
  'the kind is list, detail or message, and only a message may lack the title'(trial) {
    for (const { mapped } of mappedExamples(trial)) {
      assert.ok(recordKinds.includes(mapped.kind), `Expected the kind to be ${recordKinds.join(', ')}, received ${String(mapped.kind)}`);
      assert.ok(mapped.kind === 'message' || mapped.product.title, 'Expected a product with a title');
    }
  },
  'observedAt is a time that the record tells itself, or absent'(trial) {
    for (const { mapped } of mappedExamples(trial)) {
      const { observedAt } = mapped;
      assert.ok(observedAt == null || (observedAt instanceof Date && Number.isFinite(observedAt.getTime())), `Expected observedAt to be a time, null or absent, received ${String(observedAt)}`);
    }
  },
  'fields names fields of the product, in the words of the source'(trial) {
    for (const { mapped } of mappedExamples(trial)) {
      for (const [field, source] of Object.entries(mapped.fields ?? {})) {
        assert.ok(Object.hasOwn(productSchema.shape, field), `Expected fields to name fields of the product, received ${field}`);
        assert.ok(typeof source === 'string' && source !== '', `Expected the source's name of ${field} to be a text, received ${String(source)}`);
      }
    }
  },
  'the same record gives the same product, at any time and with any random number'(trial) {
    for (const [index, record] of trial.records().entries()) {
      const first = trial.map(record);
      assert.deepEqual(trial.map(trial.records()[index]!), first, 'Expected a copy of the record to give the same product');
      assert.deepEqual(elsewhere(() => trial.map(record)), first, 'Expected the same product at another time and with other random numbers');
    }
  },
  'the record stays as it is'(trial) {
    const loose = trial.records();
    const before = JSON.stringify(loose);
    const results = loose.map((record) => trial.map(record));
    assert.equal(JSON.stringify(loose), before, 'Expected map to leave the record as it is');
    for (const [index, record] of frozen(trial.records()).entries()) assert.deepEqual(trial.map(record), results[index], 'Expected a frozen record to give the same product');
  },
  'the order of the records does not matter'(trial) {
    const records = trial.records();
    const forwards = records.map((record) => trial.map(record));
    const backwards = records.toReversed().map((record) => trial.map(record)).toReversed();
    assert.deepEqual(backwards, forwards, 'Expected each record to be mapped by itself');
  },
  'a record gives the same product once more from its JSON text'(trial) {
    for (const record of trial.records()) {
      const again = JSON.parse(JSON.stringify(record)) as RawObject;
      assert.ok(trial.profile.isRecord(again), 'Expected a record to be one after a round trip through JSON');
      assert.deepEqual(trial.map(again), trial.map(record), 'Expected the same product after a round trip through JSON');
    }
  },
  'ids are text'(trial) {
    for (const { mapped } of mappedExamples(trial)) checkIds(mapped);
  },
  'an id beyond the exact numbers keeps all its digits'(trial) {
    const huge = '9007199254740993771';
    for (const { record, mapped } of mappedExamples(trial)) {
      const changed = withEvery(record, String(mapped.product.offerId), huge) as RawObject;
      if (JSON.stringify(changed) === JSON.stringify(record)) continue; // the id stands inside another text, such as an address
      const outcome = attempt(trial, changed);
      if (outcome) assert.equal(outcome.product.offerId, huge, 'Expected the offer id to keep its digits');
    }
  },
  'whatever a record holds, map gives null, a product or a SyncError, and nothing else'(trial) {
    for (const record of trial.records()) {
      for (const mutated of mutationsOf(record)) {
        const mapped = attempt(trial, mutated);
        if (mapped) rejectedOrParsed(mapped, mutated);
      }
    }
  },
  'no record changes what all objects share'(trial) {
    const keys = (): string => JSON.stringify([Object.getOwnPropertyNames(Object.prototype), Object.getOwnPropertyNames(Array.prototype)]);
    const before = keys();
    const poison = JSON.parse('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}') as RawObject;
    for (const record of trial.records()) attempt(trial, { ...poison, ...record });
    attempt(trial, poison);
    assert.equal(keys(), before, 'Expected Object.prototype and Array.prototype to stay as they are');
  },
};

interface Mapped {
  readonly record: RawObject;
  readonly mapped: MappedProduct;
}

function mappedExamples(trial: Trial): Mapped[] {
  return trial.records().flatMap((record) => {
    const mapped = trial.map(record);
    return mapped === null ? [] : [{ record, mapped }];
  });
}

/** What `map` makes of a record; null also for one that it refuses as it should. */
function attempt(trial: Trial, record: RawObject): MappedProduct | null {
  try {
    return trial.map(record);
  } catch (error) {
    if (!isSyncError(error)) throw new Error(`Expected map to throw nothing but a SyncError, received ${String(error)} for ${shown(record)}`, { cause: error });
    return null;
  }
}

function parsed(mapped: MappedProduct): ProductUpdate {
  return (mapped.kind === 'message' ? parseProductUpdate : parseProduct)(withoutUndefined(mapped.product));
}

function rejectedOrParsed(mapped: MappedProduct, record: RawObject): void {
  try {
    parsed(mapped);
  } catch (error) {
    if (!isSyncError(error)) throw error;
    assert.notEqual(error.code, 'INTERNAL', `Expected a product or a reject, received ${error.message} for ${shown(record)}`);
  }
}

/** Numbers as ids have lost digits before anybody could see it. */
function checkIds({ product }: MappedProduct): void {
  const ids: readonly (readonly [string, unknown])[] = [
    ['offerId', product.offerId], ['categoryId', product.categoryId], ['supplier.sourceId', product.supplier?.sourceId],
    ...(product.skus ?? []).flatMap((sku, index) => [[`skus.${index}.skuId`, sku.skuId], [`skus.${index}.specId`, sku.specId]] as const),
  ];
  for (const [field, id] of ids) assert.ok(id == null || typeof id === 'string', `Expected ${field} to be text, received the ${typeof id} ${String(id)}`);
}
