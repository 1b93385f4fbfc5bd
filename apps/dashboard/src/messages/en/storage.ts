export const en = {
  intro: 'Where the data lies and how much of it there is.', pictures: 'Pictures', stored: 'Stored pictures', size: 'Their size', database: 'Database', place: 'Place', states: 'By state', computed: (when: string) => `Counted ${when}`, places: 'What really lies there', placesHint: 'Lists every object of the picture storage and of the backup storage: with a million pictures it takes a while.', count: 'Count now', counted: (when: string) => `Counted ${when}`, objects: 'Objects', never: 'It was not counted yet.', pull: 'Fetch what waits', pulled: (count: number) => `${count} pictures were fetched.`, toIntegrity: 'Look for what is broken',
  imageStates: { pending: 'waiting', stored: 'stored', failed: 'failed', gone: 'gone' },
};
