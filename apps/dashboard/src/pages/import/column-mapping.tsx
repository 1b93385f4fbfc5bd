import { Section } from '../../components/page-head.tsx';
import { fieldName } from '../../components/change-fields.tsx';
import { en } from '../../messages/en/import.ts';
import { en as workEn } from '../../messages/en/work.ts';
import { zhCn } from '../../messages/zh-cn/import.ts';
import { zhCn as workZhCn } from '../../messages/zh-cn/work.ts';
import { wordsOf } from '../../state/language.ts';

export interface ColumnMappingProps {
  readonly columns: readonly { readonly header: string; readonly field: string | null }[];
  /** What a column can be said to hold. */
  readonly fields: readonly string[];
  readonly chosen: Readonly<Record<string, string>>;
  readonly onChange: (columns: Record<string, string>) => void;
}

const ignored = 'ignore';

/** Each column of a table and the field that it lands in, to be corrected. */
export function ColumnMapping({ columns, fields, chosen, onChange }: ColumnMappingProps) {
  const t = wordsOf(en, zhCn);
  const work = wordsOf(workEn, workZhCn);
  const named = columns.filter((each) => each.header.trim() !== '');
  return (
    <Section title={t.mapping}>
      <p class="soft small">{t.mappingHint}</p>
      <div class="import-columns">
        {named.map(({ header, field }, at) => (
          <label key={`${at} ${header}`} class={field === null ? 'field unknown' : 'field'}>
            <span>{header}</span>
            <select value={chosen[header] ?? field ?? ''} onChange={(event) => { onChange({ ...chosen, [header]: event.currentTarget.value || ignored }); }}>
              {field === null && chosen[header] === undefined && <option value="">{t.unknownColumn}</option>}
              <option value={ignored}>{t.ignore}</option>
              {fields.map((each) => <option key={each} value={each}>{fieldName(each, work.fields)}</option>)}
            </select>
          </label>
        ))}
      </div>
    </Section>
  );
}
