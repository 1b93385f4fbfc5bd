import type { ErrorCode } from '@1688/core';

/** From worst to least. `medium` and above means that a healthy store has none. */
export const severities = ['critical', 'high', 'medium', 'low', 'info'] as const;
export type Severity = (typeof severities)[number];

/** True when `a` is worse than `b`. */
export function isWorse(a: Severity, b: Severity): boolean {
  return severities.indexOf(a) < severities.indexOf(b);
}

/** One thing that is broken. */
export interface Fault {
  readonly outcome: 'bad';
  /** The class of things, one finding each: 'products.supplier_id', 'image_objects', 'objects'. */
  readonly entity: string;
  /** The very thing: the key of a row, of an object, the name of a sequence. */
  readonly id: string;
  /** What proves it, as JSON. */
  readonly evidence: Readonly<Record<string, unknown>>;
  /** Null means that of the check. */
  readonly severity: Severity | null;
  /** Primary key of the row, column → value as text; empty when it is no row. */
  readonly key: Readonly<Record<string, string>>;
  /** False when this one cannot be mended although the check has a fix. */
  readonly fixable: boolean;
}

/** One thing that could not be judged: no answer, no access. It is never counted as broken. */
export interface Unjudged {
  readonly outcome: 'unknown';
  readonly id: string;
  readonly code: ErrorCode;
  readonly reason: string;
}

/** What a check says about one thing; a thing that is in order is not told. */
export type Judgement = Fault | Unjudged;

export function fault(entity: string, id: string, evidence: Readonly<Record<string, unknown>> = {}, more: Partial<Pick<Fault, 'severity' | 'key' | 'fixable'>> = {}): Fault {
  return { outcome: 'bad', entity, id, evidence, severity: null, key: {}, fixable: true, ...more };
}

export function unjudged(id: string, code: ErrorCode, reason: string): Unjudged {
  return { outcome: 'unknown', id, code, reason };
}

/** All faults of one check in one class of things. */
export interface Finding {
  /** A row of `consistency_findings`; in a schema without that table `check:entity`. */
  readonly id: string;
  readonly check: string;
  readonly severity: Severity;
  /** How many things are broken. */
  readonly count: number;
  /** What `planFixes` would do, or null when nothing can be done automatically. */
  readonly fix: string | null;
  readonly evidence: Evidence;
  /** Null where findings are not kept. */
  readonly firstSeenAt: Date | null;
  readonly lastSeenAt: Date | null;
  /** Checks that saw it, this one included. */
  readonly seenCount: number;
}

export interface Evidence {
  readonly entity: string;
  readonly title: string;
  readonly titleZh: string;
  /** The first ones, at most 20, each with its `id` and what proves it. */
  readonly samples: readonly (Readonly<Record<string, unknown>> & { readonly id: string })[];
}

/** A check, or a part of what it looks at, without an answer. */
export interface Unknown {
  readonly check: string;
  readonly code: ErrorCode;
  readonly reason: string;
  /** Things without an answer; null when the check as a whole has none. */
  readonly count: number | null;
  /** Some of the things. */
  readonly samples: readonly string[];
}

/** What one `check` saw. */
export interface Report {
  /** A row of `consistency_runs`, or null in a schema without that table. */
  readonly runId: string | null;
  /** Broken things over all findings but those of severity info. */
  readonly totalIssues: number;
  /** The worst first. */
  readonly findings: readonly Finding[];
  /** How many checks ran to an answer. */
  readonly checked: number;
  /** How many checks have no answer, or none for a part; `unknowns` tells why. */
  readonly unknown: number;
  readonly unknowns: readonly Unknown[];
  /** Ids of the checks that ran to an answer. */
  readonly checks: readonly string[];
  /** Ids of the checks that the budget ended, or never let begin. */
  readonly unfinished: readonly string[];
  /** Bytes of pictures and documents that were read. */
  readonly scrubbedBytes: number;
}
