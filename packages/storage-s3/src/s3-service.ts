/** What is known of a service by its host. */
export interface S3Service {
  readonly style: 'virtual' | 'path';
  /** True: it says itself that it keeps `If-None-Match: *` on every kind of put. */
  readonly conditionalPut: boolean;
}

const inTheHost = { style: 'virtual', conditionalPut: false } as const;

/** Services that want the bucket in the host. All others understand it in the path, as do R2, MinIO, Ceph and Swift. */
const services: Readonly<Record<string, S3Service>> = {
  'amazonaws.com': { style: 'virtual', conditionalPut: true },
  'amazonaws.com.cn': { style: 'virtual', conditionalPut: true },
  'aliyuncs.com': inTheHost, // 阿里云 OSS
  'bcebos.com': inTheHost, // 百度 BOS
  'myhuaweicloud.com': inTheHost, // 华为 OBS
  'myqcloud.com': inTheHost, // 腾讯 COS
  'qiniucs.com': inTheHost, // 七牛 Kodo
  'tencentcos.cn': inTheHost, // 腾讯 COS
  'volces.com': inTheHost, // 火山 TOS
};

export function serviceOf(hostname: string): S3Service {
  const found = Object.entries(services).find(([domain]) => hostname === domain || hostname.endsWith(`.${domain}`));
  return found?.[1] ?? { style: 'path', conditionalPut: false };
}
