import type { Rules } from '../rules.ts';
import type { Bounds, World } from '../world.ts';

/**
 * - work: what a program does by itself when nothing hinders it.
 * - time: a lease passes.
 * - back: what was cut off, frozen or killed comes back.
 * - admin: what a person does.
 * - fault: what goes wrong; each one counts against the bound.
 */
export type MoveKind = 'work' | 'time' | 'back' | 'admin' | 'fault';

export type Move = {
  readonly kind: MoveKind;
  readonly label: string;
  readonly world: World;
  /** What this move must never do, and did; null where all is well. */
  readonly wrong: string | null;
  /**
   * No other move takes part in it, hinders it or sees whether it has happened: only a fault could.
   * So where nothing can go wrong any more, its order among the others makes no difference, and it
   * comes at once.
   */
  readonly isLocal: boolean;
};
type More = Partial<Pick<Move, 'wrong' | 'isLocal'>>;

/** Adds the moves of one kind that a world allows. */
export type Mover = (world: World, asked: Asked, add: Add) => void;
export type Asked = {
  readonly rules: Rules;
  readonly bounds: Bounds;
  /** Also the orders of local moves that make no difference. */
  readonly everyOrder: boolean;
};
export type Add = (kind: MoveKind, label: string, world: World, more?: More) => void;
