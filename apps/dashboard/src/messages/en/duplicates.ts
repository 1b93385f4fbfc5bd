export const en = {
  intro: 'Pictures that several offers show: often the same goods of another factory.', same: 'The very same', near: 'Look alike', distance: 'Bits that may differ', strict: 'strict', loose: 'loose', offers: (count: number) => `${count} offers`, suppliers: (count: number) => `${count} suppliers`, differ: (bits: number) => `${bits} bits apart`, empty: 'No picture is shown twice', emptyHint: 'Only pictures that are stored are compared: pull them first.', shownBy: 'Shown by', picture: 'Picture', group: 'Duplicates', mode: 'Compare', many: 'The largest groups are shown.',
};
