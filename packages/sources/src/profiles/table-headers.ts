/** What a column of a table is, by the name of the field it lands in. */
export type TableField = keyof typeof headerNames;

/**
 * Headers as people write them, without blanks, brackets and case: 商品标题, 标题*, Price (CNY), offer_id. The first name of each
 * field is the one that messages show. `docs` and the README list them.
 */
export const headerNames = {
  offerId: ['商品id', '商品编号', '宝贝id', '产品id', '货品id', '货源id', '链接id', 'offerid', '1688id', '1688商品id', 'offer', 'productid', 'itemid', 'numiid', 'id'],
  title: ['商品标题', '标题', '商品名称', '商品名', '产品名称', '产品标题', '宝贝标题', '宝贝名称', '货品标题', '名称', 'title', 'subject', 'name', 'productname', 'producttitle'],
  titleTranslated: ['英文标题', '翻译标题', '标题翻译', '译文标题', 'titletranslated', 'subjecttrans', 'titleen', 'englishtitle'],
  price: ['价格', '单价', '批发价', '价格区间', '售价', '现价', '商品价格', '进货价', '拿货价', 'price', 'pricerange', 'unitprice', 'pricecny'],
  priceMin: ['最低价', '最低价格', '最小价格', 'pricemin', 'minprice', 'lowestprice', 'pricemincny'],
  priceMax: ['最高价', '最高价格', '最大价格', 'pricemax', 'maxprice', 'highestprice', 'pricemaxcny'],
  consignPrice: ['代发价', '代销价', '分销价', '一件代发价', 'consignprice', 'dropshipprice'],
  retailPrice: ['零售价', '建议零售价', '市场价', 'retailprice', 'suggestedretailprice', 'msrp'],
  minOrderQuantity: ['起批量', '起订量', '最小起订量', '最小起批量', '起批数', '起批', 'moq', 'minorderquantity', 'minorderqty', 'minorder', 'quantitybegin'],
  unit: ['单位', '计量单位', 'unit', 'unitname'],
  images: ['图片链接', '图片', '主图', '主图链接', '商品图片', '图片地址', '图片url', '主图地址', '图片网址', 'image', 'images', 'imageurl', 'imageurls', 'img', 'imgurl', 'picture', 'pictures', 'picurl', 'mainimage', 'photo'],
  url: ['商品链接', '链接', '产品链接', '商品地址', '商品网址', '宝贝链接', '详情链接', '货源链接', '网址', 'url', 'link', 'producturl', 'itemurl', 'detailurl', 'sourceurl', 'offerurl'],
  supplierName: ['店铺名称', '店铺', '店铺名', '供应商', '供应商名称', '卖家', '商家', '厂家', 'shop', 'shopname', 'store', 'storename', 'seller', 'sellername', 'supplier', 'suppliername'],
  companyName: ['公司名称', '公司', '公司名', '企业名称', 'company', 'companyname'],
  memberId: ['会员id', 'memberid', 'sellermemberid'],
  loginId: ['旺旺', '旺旺号', '旺旺id', '卖家旺旺', '会员名', '登录名', 'loginid', 'sellerloginid', 'wangwang'],
  userId: ['卖家id', '店铺id', '供应商id', 'sellerid', 'userid', 'selleruserid', 'shopid', 'supplierid'],
  shopUrl: ['店铺链接', '店铺网址', '店铺地址', '供应商链接', 'shopurl', 'storeurl', 'supplierurl'],
  location: ['所在地', '发货地', '地区', '所在地区', '产地', '发货地址', 'location', 'area', 'place', 'shipfrom'],
  soldQuantity: ['成交量', '销量', '已售', '月销量', '成交笔数', '成交数', '总销量', '销售量', '30天成交', '90天成交', 'sales', 'sold', 'soldquantity', 'salescount', 'monthsold', 'bookedcount', 'orders'],
  reviewCount: ['评论数', '评价数', '评价', '累计评价', 'reviews', 'reviewcount', 'comments'],
  rating: ['评分', '商品评分', '好评分', 'rating', 'score', 'goodsscore'],
  stockQuantity: ['库存', '库存量', '可售数量', '可售量', '库存数量', 'stock', 'stockquantity', 'inventory', 'quantity', 'amountonsale'],
  categoryName: ['类目', '分类', '商品类目', '商品分类', '类目名称', '所属类目', 'category', 'categoryname'],
  categoryId: ['类目id', '分类id', 'categoryid', 'cid'],
  sourceStatus: ['状态', '商品状态', '上架状态', 'status', 'sourcestatus'],
  description: ['商品描述', '描述', '详情', '商品详情', '产品描述', '详情描述', 'description', 'desc', 'detail'],
  subtitle: ['副标题', '卖点', '商品卖点', 'subtitle', 'sellingpoint'],
  videoUrl: ['视频', '视频链接', '主图视频', 'video', 'videourl'],
  createdAt: ['创建时间', '发布时间', '上架时间', 'createdat', 'createtime', 'createdate', 'createdatsource'],
  updatedAt: ['更新时间', '修改时间', 'updatedat', 'updatetime', 'modifydate', 'modifytime', 'lastupdatetime'],
  observedAt: ['采集时间', '抓取时间', '爬取时间', '导出时间', 'observedat', 'crawltime', 'crawledat', 'scrapedat', 'collectedat', 'fetchedat'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

const fieldByName = new Map<string, TableField>(Object.entries(headerNames).flatMap(([field, names]) => names.map((name) => [name, field as TableField] as const)));

/** The field that a header names, or null for a column that stays in the raw document only. */
export function fieldOfHeader(header: string): TableField | null {
  const exact = fieldByName.get(header);
  if (exact !== undefined) return exact;
  const folded = header.normalize('NFKC').toLowerCase().replace(/\([^()]*\)|\[[^[\]]*\]|【[^【】]*】/g, '').replace(/[\s_*.:\-"'\uFEFF]/g, '');
  return fieldByName.get(folded) ?? null;
}

/** How many of these headers are known. */
export function knownHeaders(headers: readonly string[]): number {
  return new Set(headers.map(fieldOfHeader).filter((field) => field !== null)).size;
}
