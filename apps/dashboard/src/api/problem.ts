import type { Problem } from './operations.ts';

/** What a call throws: an error that carries the problem document of the server, or one made here when none came. */
export type ProblemError = Error & { readonly problem: Problem };

export function isProblemError(thrown: unknown): thrown is ProblemError {
  return thrown instanceof Error && 'problem' in thrown;
}

export function problemError(problem: Problem): ProblemError {
  return Object.assign(new Error(problem.detail), { problem });
}

/** Of an answer that is not good; one of a proxy without a problem document gets its status. */
export async function readProblem(reply: Response): Promise<Problem> {
  if (reply.headers.get('content-type')?.startsWith('application/problem+json')) return await reply.json() as Problem;
  return madeHere({ code: `HTTP_${reply.status}`, status: reply.status, detail: `${reply.status} ${reply.statusText}`, retryable: reply.status >= 500 });
}

/** The server did not answer at all. */
export function unreachable(cause: unknown): ProblemError {
  return problemError(madeHere({ code: 'UNREACHABLE', status: 0, detail: cause instanceof Error ? cause.message : String(cause), retryable: true }));
}

function madeHere(known: Pick<Problem, 'code' | 'status' | 'detail' | 'retryable'>): Problem {
  return { type: `urn:1688sync:error:${known.code}`, title: known.detail, hint: null, field: null, requestId: '', ...known };
}
