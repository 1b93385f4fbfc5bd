export type { SourceInput } from './bytes/byte-input.ts';
export type { Detection } from './detection.ts';
export type { RawObject } from './json/json-text.ts';
export { defineProfile, type MappedProduct, type MappingContext, type Profile, type ProfileDefinition, type SourceFormat } from './profile.ts';
export { builtInProfiles } from './profiles/built-in-profiles.ts';
export { detectSource, readProducts, type ProductReader, type ReadOptions } from './read-products.ts';
export type { ProductOutcome } from './record/map-document.ts';
