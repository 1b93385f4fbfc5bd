/** What a column of a table is, by the name of the field it lands in. */
export type TableField = keyof typeof headerNames;

/**
 * Headers as people write them, without blanks, brackets and case: 商品标题, 标题*, Price (CNY), offer_id. The first name of each
 * field is the one that messages show. `docs` and the README list them.
 */
export const headerNames = {
  offerId: ['商品id', '商品编号', '宝贝id', '产品id', '货品id', '货源id', '链接id', 'offerid', '1688id', '1688商品id', 'offer', 'productid', 'itemid', 'numiid', 'id', '商品数字id', '1688商品编号', '商品编码id', 'offernumber', 'offerno', 'productno', 'goodsid', 'itemnumber'],
  title: ['商品标题', '标题', '商品名称', '商品名', '产品名称', '产品标题', '宝贝标题', '宝贝名称', '货品标题', '名称', 'title', 'subject', 'name', 'productname', 'producttitle', '品名', '货品名称', '商品全称', '货品名', 'productsubject', 'itemtitle', 'itemname', 'goodsname', 'offertitle', 'titleorigin', 'titlechinese'],
  titleTranslated: ['英文标题', '翻译标题', '标题翻译', '译文标题', 'titletranslated', 'subjecttrans', 'titleen', 'englishtitle', '英文名称', '标题英文', 'englishname', 'translatedtitle', 'titleenglish'],
  price: ['价格', '单价', '批发价', '价格区间', '售价', '现价', '商品价格', '进货价', '拿货价', 'price', 'pricerange', 'unitprice', 'pricecny', '批发单价', '采购价', '供货价', '含税价', '阶梯价', '价', 'wholesaleprice', 'saleprice', 'offerprice', 'pricermb'],
  priceMin: ['最低价', '最低价格', '最小价格', 'pricemin', 'minprice', 'lowestprice', 'pricemincny', '起批价', '最低批发价', 'minimumprice', 'pricefrom', 'pricelow'],
  priceMax: ['最高价', '最高价格', '最大价格', 'pricemax', 'maxprice', 'highestprice', 'pricemaxcny', '最高批发价', 'maximumprice', 'priceto', 'pricehigh'],
  consignPrice: ['代发价', '代销价', '分销价', '一件代发价', 'consignprice', 'dropshipprice', '代发单价', '一件代发', 'dropshippingprice'],
  retailPrice: ['零售价', '建议零售价', '市场价', 'retailprice', 'suggestedretailprice', 'msrp', '吊牌价', '指导价', 'listprice'],
  minOrderQuantity: ['起批量', '起订量', '最小起订量', '最小起批量', '起批数', '起批', 'moq', 'minorderquantity', 'minorderqty', 'minorder', 'quantitybegin', '最低起订量', '最低起批量', '最小订购量', '起售量', '起定量', 'minimumorderquantity', 'minimumorder', 'minqty'],
  unit: ['单位', '计量单位', 'unit', 'unitname', '计价单位', '销售单位', 'uom'],
  images: ['图片链接', '图片', '主图', '主图链接', '商品图片', '图片地址', '图片url', '主图地址', '图片网址', 'image', 'images', 'imageurl', 'imageurls', 'img', 'imgurl', 'picture', 'pictures', 'picurl', 'mainimage', 'photo', '商品主图', '图片1', '主图1', '图', '图片列表', '商品图', 'thumbnail', 'thumbnailurl', 'pics', 'imagelink', 'photos'],
  url: ['商品链接', '链接', '产品链接', '商品地址', '商品网址', '宝贝链接', '详情链接', '货源链接', '网址', 'url', 'link', 'producturl', 'itemurl', 'detailurl', 'sourceurl', 'offerurl', '商品页面', '详情页', '详情页链接', '宝贝地址', '1688链接', '采购链接', 'itemlink', 'productlink', 'offerlink'],
  supplierName: ['店铺名称', '店铺', '店铺名', '供应商', '供应商名称', '卖家', '商家', '厂家', 'shop', 'shopname', 'store', 'storename', 'seller', 'sellername', 'supplier', 'suppliername', '店名', '厂商', '商家名称', '卖家名称', '供货商', '档口', '供应商名', 'vendor', 'vendorname', 'merchant', 'supplierstorename'],
  companyName: ['公司名称', '公司', '公司名', '企业名称', 'company', 'companyname', '企业', '厂家名称', '供应商公司'],
  memberId: ['会员id', 'memberid', 'sellermemberid'],
  loginId: ['旺旺', '旺旺号', '旺旺id', '卖家旺旺', '会员名', '登录名', 'loginid', 'sellerloginid', 'wangwang'],
  userId: ['卖家id', '店铺id', '供应商id', 'sellerid', 'userid', 'selleruserid', 'shopid', 'supplierid', '卖家数字id'],
  shopUrl: ['店铺链接', '店铺网址', '店铺地址', '供应商链接', 'shopurl', 'storeurl', 'supplierurl', '店铺主页', 'sellerurl', 'suppliershopurl'],
  location: ['所在地', '发货地', '地区', '所在地区', '产地', '发货地址', 'location', 'area', 'place', 'shipfrom', '发货城市', '省市', '城市', '货源地', 'shipsfrom'],
  soldQuantity: ['成交量', '销量', '已售', '月销量', '成交笔数', '成交数', '总销量', '销售量', '30天成交', '90天成交', 'sales', 'sold', 'soldquantity', 'salescount', 'monthsold', 'bookedcount', 'orders', '已售数量', '已售件数', '销量件', '总成交量', '近30天销量', '年销量', 'salesvolume', 'unitssold', 'soldcount', 'monthlysales', 'salequantity'],
  reviewCount: ['评论数', '评价数', '评价', '累计评价', 'reviews', 'reviewcount', 'comments', '评论数量', '评价数量', 'reviewscount'],
  rating: ['评分', '商品评分', '好评分', 'rating', 'score', 'goodsscore', '商品分', '星级', 'stars'],
  stockQuantity: ['库存', '库存量', '可售数量', '可售量', '库存数量', 'stock', 'stockquantity', 'inventory', 'quantity', 'amountonsale', '总库存', '现货', '现有库存', '可用库存', 'onhand', 'instock'],
  categoryName: ['类目', '分类', '商品类目', '商品分类', '类目名称', '所属类目', 'category', 'categoryname', '品类', '商品品类', '所属分类', 'categorypath'],
  categoryId: ['类目id', '分类id', 'categoryid', 'cid'],
  sourceStatus: ['状态', '商品状态', '上架状态', 'status', 'sourcestatus'],
  description: ['商品描述', '描述', '详情', '商品详情', '产品描述', '详情描述', 'description', 'desc', 'detail', '图文详情', '详细描述', 'descriptionhtml'],
  subtitle: ['副标题', '卖点', '商品卖点', 'subtitle', 'sellingpoint'],
  videoUrl: ['视频', '视频链接', '主图视频', 'video', 'videourl', '视频地址', 'mainvideo'],
  articleNumber: ['货号', '商品货号', '款号', '产品货号', '型号', '商家编码', 'articlenumber', 'cargonumber', 'itemno', 'modelno', 'stylenumber', 'mpn'],
  barcode: ['条码', '条形码', '商品条码', '商品条形码', 'barcode', 'ean', 'upc', 'gtin'],
  createdAt: ['创建时间', '发布时间', '上架时间', 'createdat', 'createtime', 'createdate', 'createdatsource'],
  updatedAt: ['更新时间', '修改时间', 'updatedat', 'updatetime', 'modifydate', 'modifytime', 'lastupdatetime', '更新日期', '最后更新时间', '最近更新', 'lastupdated'],
  observedAt: ['采集时间', '抓取时间', '爬取时间', '导出时间', 'observedat', 'crawltime', 'crawledat', 'scrapedat', 'collectedat', 'fetchedat', '采集日期', '数据时间', 'scrapetime'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

const fieldByName = new Map<string, TableField>(Object.entries(headerNames).flatMap(([field, names]) => names.map((name) => [name, field as TableField] as const)));

/** The field that a header names, or null for a column that stays in the raw document only. */
export function fieldOfHeader(header: string): TableField | null {
  const exact = fieldByName.get(header);
  if (exact !== undefined) return exact;
  const folded = header.normalize('NFKC').toLowerCase().replace(/\([^()]*\)|\[[^[\]]*\]|【[^【】]*】/g, '').replace(/[\s_*.:\-"'\uFEFF]/g, '');
  // `单价/元`, `库存件`: the unit stands in the header. `images/0`, `supplier/name`: a nested value that was laid flat.
  const spellings = [folded, folded.replace(/\/?(?:元|¥|rmb|cny|件|个)$/, ''), folded.replace(/\/\d+$/, ''), folded.replaceAll('/', '')];
  for (const spelling of spellings) if (fieldByName.has(spelling)) return fieldByName.get(spelling)!;
  return null;
}

/** How many of these headers are known. */
export function knownHeaders(headers: readonly string[], fieldOf: (header: string) => TableField | null = fieldOfHeader): number {
  return new Set(headers.map(fieldOf).filter((field) => field !== null)).size;
}
