/** What the demo's suppliers sell: our own words, in the manner of real titles. */
export interface Goods {
  readonly shape: 'dress' | 'trousers' | 'bag' | 'cup' | 'leash' | 'box';
  readonly category: readonly [id: string, name: string];
  readonly words: readonly string[];
  readonly nouns: readonly string[];
  readonly sizes: readonly string[];
  readonly unit: string;
  readonly priceCny: readonly [min: number, max: number];
}

export const goods: readonly Goods[] = [
  { shape: 'dress', category: ['1031910', '连衣裙'], words: ['夏季新款', '法式碎花', '收腰显瘦', '气质通勤', '雪纺', '中长款', '小个子', '跨境'], nouns: ['连衣裙', '吊带连衣裙', '衬衫连衣裙'], sizes: ['S', 'M', 'L', 'XL'], unit: '件', priceCny: [28, 96] },
  { shape: 'trousers', category: ['1037192', '瑜伽裤'], words: ['裸感', '高腰提臀', '无尴尬线', '速干', '蜜桃臀', '收腹', '外贸'], nouns: ['瑜伽裤女', '健身瑜伽裤', '运动紧身裤'], sizes: ['S', 'M', 'L', 'XL', '2XL'], unit: '条', priceCny: [12, 45] },
  { shape: 'bag', category: ['1042954', '双肩包'], words: ['大容量', '防泼水', '学院风', '商务', '轻便折叠', 'USB充电', '电脑'], nouns: ['双肩包', '旅行背包', '书包'], sizes: ['15.6寸', '17.3寸'], unit: '个', priceCny: [19, 120] },
  { shape: 'cup', category: ['1038466', '保温杯'], words: ['316不锈钢', '大容量', '便携', '智能测温', '礼品定制', '车载', '儿童'], nouns: ['保温杯', '吸管水杯', '咖啡杯'], sizes: ['350ml', '500ml', '750ml'], unit: '个', priceCny: [9, 58] },
  { shape: 'leash', category: ['1047521', '宠物牵引'], words: ['防爆冲', '可调节', '反光', '透气', '小中型犬', '胸背式', '外出遛狗'], nouns: ['狗狗牵引绳', '宠物胸背带', '猫咪牵引绳'], sizes: ['S', 'M', 'L'], unit: '套', priceCny: [8, 49] },
  { shape: 'box', category: ['1039814', '收纳盒'], words: ['可叠加', '抽屉式', '透明', '加厚', '厨房', '桌面', '防尘带盖'], nouns: ['收纳盒', '整理箱', '储物盒'], sizes: ['小号', '中号', '大号'], unit: '个', priceCny: [5, 36] },
];

export const colours: readonly (readonly [name: string, rgb: readonly [number, number, number]])[] = [
  ['黑色', [42, 42, 48]], ['米白', [236, 226, 205]], ['雾霾蓝', [120, 150, 178]], ['豆沙红', [178, 92, 92]], ['抹茶绿', [142, 168, 110]], ['藕粉', [226, 178, 178]], ['焦糖', [176, 122, 72]],
];

export const sellers: readonly { readonly name: string; readonly province: string; readonly city: string }[] = [
  { name: '示例服饰有限公司', province: '浙江', city: '杭州' }, { name: '示例运动用品厂', province: '福建', city: '泉州' }, { name: '示例箱包商行', province: '河北', city: '保定' },
  { name: '示例杯业有限公司', province: '浙江', city: '金华' }, { name: '示例宠物用品厂', province: '江苏', city: '苏州' }, { name: '示例家居日用品厂', province: '广东', city: '揭阳' },
  { name: '示例跨境供应链', province: '广东', city: '深圳' }, { name: '示例针织厂', province: '浙江', city: '嘉兴' },
];
