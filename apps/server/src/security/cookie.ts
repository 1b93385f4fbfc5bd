import { sessionSeconds } from './sessions.ts';

const name = '1688sync_session';

/** The session's value in a Cookie header, or null. A name that stands there twice is none. */
export function readSessionCookie(header: string | undefined): string | null {
  const found = (header ?? '').split(';').map((pair) => pair.trim()).filter((pair) => pair.startsWith(`${name}=`));
  return found.length === 1 ? (found[0] ?? '').slice(name.length + 1) : null;
}

/** A Set-Cookie header; null ends the session. */
export function sessionCookie(value: string | null, { secure }: { readonly secure: boolean }): string {
  return `${name}=${value ?? ''}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${value === null ? 0 : sessionSeconds}${secure ? '; Secure' : ''}`;
}
