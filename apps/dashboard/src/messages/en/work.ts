export const en = {
  queued: 'Waits for its turn …', running: 'At work …', cancelJob: 'Cancel', jobFailed: 'This did not succeed', jobCancelled: 'Cancelled. What was committed stays.', onlyOperator: 'This session may only look', onlyOperatorHint: 'An operator can do this: open the link that the server prints, or use an operator key.',
  entries: (count: number) => `${count} entries`,
  moreFields: (count: number) => `and ${count} more fields`,
  kinds: { import: 'Import', images: 'Pictures', backup: 'Backup', check: 'Check', fix: 'Fix', remap: 'Mapped again', revert: 'Taken back' },
  statuses: { running: 'running', completed: 'completed', partial: 'with rejects', failed: 'failed', cancelled: 'cancelled', interrupted: 'interrupted' },
  changeKinds: { created: 'new', updated: 'changed', delisted: 'delisted', relisted: 'relisted', removed: 'removed', restored: 'restored' },
  entities: { product: 'Product', supplier: 'Supplier' },
  fields: {
    offerId: 'Offer id', title: 'Title', titleTranslated: 'Translated title', subtitle: 'Subtitle', description: 'Description', price: 'Price', priceMinCny: 'Lowest price', priceMaxCny: 'Highest price', consignPriceCny: 'Dropshipping price', retailPriceCny: 'Retail price',
    minOrderQuantity: 'Minimum order', unit: 'Unit', stockQuantity: 'Stock', soldQuantity: 'Sold', reviewCount: 'Reviews', rating: 'Rating', categoryName: 'Category', categoryId: 'Category id', sourceStatus: 'Status', images: 'Pictures', url: 'Link', videoUrl: 'Video',
    'supplier.name': 'Shop', 'supplier.companyName': 'Company', 'supplier.memberId': 'Member id', 'supplier.loginId': 'Wangwang', 'supplier.userId': 'Seller id', 'supplier.url': 'Shop link', 'supplier.location': 'Location', 'specifications.articleNumber': 'Article number', 'specifications.barcode': 'Barcode',
    createdAtSource: 'Published', updatedAtSource: 'Updated', observedAt: 'Seen', priceTiers: 'Price tiers', skus: 'SKUs', attributes: 'Attributes', supplierId: 'Supplier', name: 'Name', companyName: 'Company',
  },
};
