/** A value while it is being made: its fields are set one by one, because copies of a hundred thousand are slow. */
export type Writable<T> = { -readonly [Key in keyof T]: T[Key] };
