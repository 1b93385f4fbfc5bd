export const en = {
  skip: 'Skip to the content', menu: 'Menu', search: 'Search products', placeholder: 'Search, e.g. 连衣裙', language: '中文', languageLabel: 'Show these pages in Chinese', theme: 'Colours', system: 'as the system', light: 'light', dark: 'dark',
  leave: 'Sign out', viewer: 'may look', operator: 'may change', api: 'API', main: 'Main menu', missing: 'There is no such page', missingHint: 'It may have moved. The menu leads on.', toOverview: 'To the overview',
  groups: { look: 'Goods', work: 'Work', safe: 'Safety' },
  pages: {
    overview: 'Overview', products: 'Products', product: 'Product', suppliers: 'Suppliers', supplier: 'Supplier', import: 'Import', runs: 'Runs', run: 'Run', changes: 'Changes', watches: 'Watches', duplicates: 'Duplicates', integrity: 'Integrity', backups: 'Backups', storage: 'Storage',
  },
  login: {
    title: 'Open the link of the server', text: 'When the server starts it prints a link that opens these pages, once and within an hour. In the terminal it looks like this:', again: 'Used or too old? Stop the server and start it again with “1688sync serve”.',
    key: 'or sign in with a key', keyHint: 'Made with: 1688sync serve keys add NAME --role operator', enter: 'Sign in', wrong: 'This key is not valid.',
  },
};
