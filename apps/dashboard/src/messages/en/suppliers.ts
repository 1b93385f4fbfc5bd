export const en = {
  title: 'Suppliers', total: (count: string) => `${count} suppliers`, name: 'Supplier', province: 'Province', city: 'City', type: 'Type', rating: 'Rating', years: 'Years', updated: 'Changed', any: 'all', none: 'No suppliers yet', noneHint: 'They come with products that are imported.',
};
