import type { Random } from '#infra/local/host/random.ts';
import type { Act } from './acts.ts';
import { COURSES, REFUND_REASONS } from './content.ts';
import type { Person } from './people.ts';
import type { SegmentCall } from './segment-call.ts';

type OrderEvent = Pick<SegmentCall, 'type' | 'event' | 'properties' | 'traits'> & { server?: true };

/** Turns planned purchases into Segment's ecommerce events, sent by the shop's server. */
export function createShop(random: Random) {
  const numbers = new Map<NonNullable<Act['purchase']>, string>();

  const orderId = (purchase: NonNullable<Act['purchase']>): string => {
    const id = `demo-order-${String(numbers.size + 1).padStart(5, '0')}`;
    numbers.set(purchase, id);
    return id;
  };

  return {
    /** @param identified tells the new plan when a membership was bought */
    order(person: Person, { purchase }: Act, identified: OrderEvent): OrderEvent[] {
      const { price, kind, coupon } = purchase!;
      const event = kind === 'renewal' ? 'Subscription Renewed' : 'Order Completed';
      const product = chooseProduct(person, kind, price + (coupon?.discount ?? 0), random);
      const properties = {
        order_id: orderId(purchase!),
        total: price,
        currency: 'CNY',
        ...(coupon === undefined ? {} : { coupon: coupon.code, discount: coupon.discount }),
        products: [{ ...product, quantity: 1 }],
      };
      const ordered: OrderEvent = { type: 'track', event, properties, server: true };
      if (kind !== 'membership') return [ordered];
      return [ordered, { ...identified, traits: { ...identified.traits, plan: '年度会员' } }];
    },

    refund({ purchase }: Act): OrderEvent {
      const properties = {
        order_id: numbers.get(purchase!),
        total: purchase!.price,
        currency: 'CNY',
        reason: random.pick(REFUND_REASONS),
      };
      return { type: 'track', event: 'Order Refunded', properties, server: true };
    },
  };
}

function chooseProduct(
  person: Person,
  kind: NonNullable<Act['purchase']>['kind'],
  price: number,
  random: Random,
) {
  if (kind === 'membership') return { product_id: 'demo-plan-year', name: '年度会员', price };
  if (kind === 'renewal') return { product_id: 'demo-plan-month', name: '月度会员', price };
  const offered = COURSES.filter((course) => course.price === price);
  const fresh = offered.filter((course) => !person.courses.includes(course));
  const course = random.pick(fresh.length > 0 ? fresh : offered);
  if (!person.courses.includes(course)) person.courses.push(course);
  return { product_id: course.id, name: course.name, price };
}
