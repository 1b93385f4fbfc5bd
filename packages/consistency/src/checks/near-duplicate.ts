import { defineCheck } from '../check.ts';
import { fault } from '../finding.ts';

/** Pictures that look alike and are stored several times, as suppliers compress them anew. Nothing is broken; "images dupes" compares more. */
export const nearDuplicate = defineCheck({
  id: 'near-duplicate',
  title: 'Pictures that look the same under several hashes',
  titleZh: '看起来相同但重复存储的图片',
  severity: 'info',
  kind: 'sql',
  deep: true,
  needs: ['image_objects.perceptual_hash', 'image_objects.state'],
  async *find({ session }) {
    const rows = session.stream<{ hash: string; objects: number; samples: string[] }>(session.sql(
      `select perceptual_hash as hash, count(*)::int as objects, (array_agg(sha256 order by sha256))[1:5] as samples from ?
       where perceptual_hash is not null and state = 'live' group by perceptual_hash having count(*) > 1`,
      [session.named('image_objects')],
    ));
    for await (const { hash, objects, samples } of rows) yield fault('image_objects', hash, { objects, samples }, { fixable: false });
  },
});
