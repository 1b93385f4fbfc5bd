import { toCases, type ContractCase } from './contract/contract-case.ts';
import { mappingTrials } from './contract/mapping-cases.ts';
import { partTrials } from './contract/part-cases.ts';
import { recognitionTrials } from './contract/recognition-cases.ts';
import type { Profile, SourceFormat } from './profile.ts';

export type { ContractCase } from './contract/contract-case.ts';

/**
 * What every profile must do: one case for each promise of `Profile`, for any test runner. No case reads or writes anything.
 * @param examples parsed documents of the source, wrappers and all: at least one for each shape that the profile maps. Records that
 * are to be rejected are no examples
 * @param options `format`: how the documents came; a table row is an object of texts by its headers. Default `json`
 */
export function profileContract(profile: Profile, examples: readonly unknown[], { format = 'json' }: { readonly format?: SourceFormat } = {}): ContractCase[] {
  return [...toCases(recognitionTrials, profile, examples, format), ...toCases(mappingTrials, profile, examples, format), ...toCases(partTrials, profile, examples, format)];
}
