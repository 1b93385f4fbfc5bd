/** A price list as Excel leaves it behind: Chinese headers, GB18030, thousands separators, one id without its digits, one without a title. */
const rows = [
  ['商品ID', '商品标题', '价格', '起批量', '供应商', '货号'],
  ['610948000017', '外贸原单速干瑜伽裤女高腰提臀', '￥23.50', '2', '示例针织厂', '0071'],
  ['610948000029', '大容量316不锈钢保温杯商务礼品定制', '"1,288.00"', '1', '示例杯业有限公司', '0072'],
  ['6.1E+11', '桌面抽屉式收纳盒可叠加', '9.90', '3', '示例家居日用品厂', '0073'],
  ['610948000031', '', '12.00', '2', '示例箱包商行', '0074'],
  ['610948000043', '防爆冲反光狗狗牵引绳套装', '面议', '2', '示例宠物用品厂', '0075'],
];

export function spreadsheet(): Buffer {
  return gb18030(`${rows.map((row) => row.join(',')).join('\r\n')}\r\n`);
}

/** Node decodes GB18030 and does not encode it; the two-byte part of the table, read backwards, is enough here. */
function gb18030(text: string): Buffer {
  const decoder = new TextDecoder('gb18030');
  const bytesOf = new Map<string, number[]>();
  for (let lead = 0x81; lead <= 0xfe; lead += 1) {
    for (let trail = 0x40; trail <= 0xfe; trail += 1) bytesOf.set(decoder.decode(Uint8Array.of(lead, trail)), [lead, trail]);
  }
  return Buffer.from([...text].flatMap((letter) => (letter < '\u0080' ? [letter.charCodeAt(0)] : (bytesOf.get(letter) ?? [0x3f]))));
}
