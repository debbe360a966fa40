/** The fields of a check that fit its kind: the usual ones at once, the others below a fold. */

import { useId } from 'react';
import type { TargetKind } from '../../../../shared/uptime/check.ts';
import { type CheckField, fieldsOf } from '../../../../shared/uptime/check-fields.ts';
import type { FieldTexts, Named } from '../../../../shared/uptime/check-form.ts';
import { Choice, Field, TextArea, Tick } from '../../ui/field.tsx';
import styles from './uptime.module.css';

export interface CheckFieldsProps {
  kind: TargetKind;
  texts: FieldTexts;
  /** Checks that this one can depend on. */
  others: readonly Named[];
  onText(name: string, text: string): void;
}

export function CheckFields({ kind, texts, others, onText }: CheckFieldsProps) {
  const fields = fieldsOf(kind);
  const draw = (field: CheckField) => (
    <OneField
      key={field.name}
      field={field}
      label={field.labels?.[kind] ?? field.label}
      text={texts[field.name] ?? ''}
      others={others}
      onText={(text) => onText(field.name, text)}
    />
  );
  return (
    <>
      {fields.filter(({ first }) => first).map(draw)}
      <details className={styles.more}>
        <summary>More settings</summary>
        {fields.filter(({ first }) => !first).map(draw)}
      </details>
    </>
  );
}

function OneField({
  field,
  label,
  text,
  others,
  onText,
}: {
  field: CheckField;
  label: string;
  text: string;
  others: readonly Named[];
  onText(text: string): void;
}) {
  const names = useId();
  const { hint, usual } = field;
  const common = { label, hint, value: text, onValue: onText };
  switch (field.type) {
    case 'tick':
      return (
        <Tick
          label={label}
          hint={hint}
          checked={text === 'yes'}
          onValue={(checked) => onText(checked ? 'yes' : '')}
        />
      );
    case 'choice':
      return (
        <Choice
          {...common}
          value={text === '' ? (usual ?? '') : text}
          options={(field.choices ?? []).map((value) => ({ value, label: value }))}
        />
      );
    case 'lines':
    case 'headers':
      return <TextArea {...common} rows={3} />;
    case 'number':
      return <Field {...common} inputMode="numeric" placeholder={usual} />;
    case 'secret':
      return <Field {...common} type="password" autoComplete="new-password" />;
    case 'text':
      return <Field {...common} placeholder={usual} />;
    case 'check':
      return (
        <>
          <Field {...common} list={names} />
          <datalist id={names}>
            {others.map(({ id, name }) => (
              <option key={id} value={name} />
            ))}
          </datalist>
        </>
      );
  }
}
