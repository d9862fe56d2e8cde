/** A JSON value. A nexrender job is a JSON value: it comes from a client and may have any shape. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json };
