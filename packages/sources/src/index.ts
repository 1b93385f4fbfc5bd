export type { SourceInput } from './bytes/byte-input.ts';
export type { Candidate, Column, Detection } from './detection.ts';
export type { RawObject } from './json/json-text.ts';
export { defineProfile, type MappedProduct, type MappingContext, type Profile, type ProfileDefinition, type SourceFormat } from './profile.ts';
export { builtInProfiles } from './profiles/built-in-profiles.ts';
export { columnTargets } from './profiles/table-columns.ts';
export type { RawText } from './raw-document.ts';
export { detectSource, mapPieces, openPieces, readProducts, type PieceMapping, type PieceReader, type ProductReader, type ReadOptions } from './read-products.ts';
export type { ProductOutcome } from './record/map-document.ts';
