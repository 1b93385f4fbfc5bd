export const en = {
  back: 'All suppliers', id: 'Supplier id', company: 'Company', shop: 'Shop', place: 'Place', type: 'Type', years: 'Years active', rating: 'Rating', aliases: 'Also known as', at1688: 'Open at 1688', synced: 'Last synced',
  products: 'Products', delisted: (count: string) => `${count} delisted`, price: 'Lowest prices', average: (price: string) => `${price} on average`, sold: 'Sold', pictures: 'Pictures', productRating: 'Rating of products',
  trends: 'Over time', offers: 'On offer', drift: 'Price drift', stockOut: 'Sold out', fresh: 'New', gone: 'Delisted', step: 'Step', day: 'days', week: 'weeks', month: 'months', period: 'From', noTrends: 'Nothing was seen in this time.', driftHint: 'Mean change of the lowest price against the period before.', asTable: 'As a table',
  shown: 'Products of this supplier', all: 'All of them', noProducts: 'No products',
};
