/** A JSON value. A nexrender job is one: it comes from outside and may have any shape. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json };
