export const en = {
  intro: 'What became different, the newest first. New entries appear by themselves.', live: 'live', lost: 'connection lost, trying again', paused: 'paused', pause: 'Pause', resume: 'Go on', waiting: (count: number) => `${count} new entries`, empty: 'Nothing has changed yet', emptyHint: 'An import that brings something new appears here at once.', all: 'all',
};
