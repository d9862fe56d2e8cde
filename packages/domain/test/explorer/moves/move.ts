import type { Rules } from '../rules.ts';
import type { Bounds, World } from '../world.ts';

/**
 * - work: a program goes on by itself when nothing hinders it.
 * - time: a lease passes.
 * - back: a host or daemon that was cut off, frozen or killed comes back.
 * - admin: an admin acts.
 * - fault: something goes wrong; each fault counts against the bound.
 */
export type MoveKind = 'work' | 'time' | 'back' | 'admin' | 'fault';

export type Move = {
  readonly kind: MoveKind;
  readonly label: string;
  readonly world: World;
  /** The harm that this move did although a rule forbids it, as a sentence; null if it did none. */
  readonly wrong: string | null;
  /**
   * No other move takes part in this move, hinders it or sees it; only a fault could. So when no
   * fault can come any more, its order among the other moves makes no difference, and it comes
   * first.
   */
  readonly isLocal: boolean;
};
type More = Partial<Pick<Move, 'wrong' | 'isLocal'>>;

/** Adds the moves of one kind that are possible in a world. */
export type Mover = (world: World, asked: Asked, add: Add) => void;
export type Asked = {
  readonly rules: Rules;
  readonly bounds: Bounds;
  /** Also visits the orders of local moves that make no difference. */
  readonly everyOrder: boolean;
};
export type Add = (kind: MoveKind, label: string, world: World, more?: More) => void;
