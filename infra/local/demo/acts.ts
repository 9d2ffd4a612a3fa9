import type { VisitAction } from './groups.ts';

/** An order as planned; `price` in yuan after the coupon. */
export interface Purchase {
  price: number;
  kind: 'course' | 'membership' | 'renewal' | 'camp';
  coupon?: { code: string; discount: number };
  refunded?: true;
}

/** Something one member does at one moment; who it is aimed at is decided later, in the order of time. */
export interface Act {
  /** index of the person */
  who: number;
  /** milliseconds since 1970 */
  at: number;
  what:
    | VisitAction
    | 'look'
    | 'open'
    | 'join'
    | 'trial'
    | 'invite'
    | 'invited'
    | 'redeem'
    | 'nps'
    | 'coupon'
    | 'order'
    | 'refund';
  /** before signing up */
  anonymous?: true;
  purchase?: Purchase;
  /** order number, so that a refund finds its order */
  order?: number;
}
