import styles from './choices.module.css';

type Props<Value extends string> = {
  /** What is chosen; not shown. */
  legend: string;
  choices: readonly (readonly [value: Value, label: string])[];
  value: Value;
  onChange: (value: Value) => void;
};

/** A row of buttons, of which one is pressed. */
export function Choices<Value extends string>({ legend, choices, value, onChange }: Props<Value>) {
  return (
    <fieldset className={styles.choices}>
      <legend className="visually-hidden">{legend}</legend>
      {choices.map(([choice, label]) => (
        <button
          key={choice}
          type="button"
          aria-pressed={value === choice}
          onClick={() => onChange(choice)}
        >
          {label}
        </button>
      ))}
    </fieldset>
  );
}
