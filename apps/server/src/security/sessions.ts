import { createHash, randomBytes } from 'node:crypto';
import type { ApiClient } from '@1688/mirror';

/** Somebody at a browser. */
export interface Session {
  readonly client: ApiClient;
  /** To be sent back with everything that changes something. */
  readonly csrfToken: string;
}

export interface Sessions {
  /** A token for one opening, within an hour. */
  invite(): string;
  /** The cookie's value for a token that nobody used before, or null. */
  accept(token: string): string | null;
  /** A session for who has shown a key. @returns the cookie's value */
  begin(client: ApiClient): string;
  find(cookie: string): Session | null;
  end(cookie: string): void;
}

export const sessionSeconds = 12 * 3_600;
const inviteMs = 3_600_000;
const mostSessions = 1_000;

/** Sessions live as long as the process: whoever is logged out opens the link that the next start prints. Only hashes are kept. */
export function openSessions({ now = () => Date.now() }: { readonly now?: () => number } = {}): Sessions {
  const invitations = new Map<string, number>();
  const sessions = new Map<string, { readonly session: Session; readonly until: number }>();
  const begin = (client: ApiClient): string => {
    const cookie = randomBytes(32).toString('base64url');
    sessions.set(hashOf(cookie), { session: { client, csrfToken: randomBytes(24).toString('base64url') }, until: now() + sessionSeconds * 1_000 });
    const [oldest] = sessions.keys();
    if (sessions.size > mostSessions && oldest !== undefined) sessions.delete(oldest);
    return cookie;
  };
  return {
    begin,
    invite() {
      const token = randomBytes(32).toString('base64url');
      invitations.set(hashOf(token), now() + inviteMs);
      return token;
    },
    accept(token) {
      const hash = hashOf(token);
      const until = invitations.get(hash);
      invitations.delete(hash);
      return until !== undefined && until > now() ? begin({ name: 'browser', role: 'operator' }) : null;
    },
    find(cookie) {
      const found = sessions.get(hashOf(cookie));
      return found && found.until > now() ? found.session : null;
    },
    end(cookie) {
      sessions.delete(hashOf(cookie));
    },
  };
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}
