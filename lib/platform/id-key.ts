/**
 * A number in [0, 1) that looks random and that the id and the seed decide: rows ordered by it are in an order that
 * has nothing to do with how they are stored. The hash is cyrb53 by bryc, 53 bits.
 */
export function hashToUnit(id: string, seed: number): number {
  let [a, b] = [0xdeadbeef ^ seed, 0x41c6ce57 ^ seed];
  for (let i = 0; i < id.length; i += 1) {
    const unit = id.charCodeAt(i);
    a = Math.imul(a ^ unit, 2_654_435_761);
    b = Math.imul(b ^ unit, 1_597_334_677);
  }
  const high = Math.imul(a ^ (a >>> 16), 2_246_822_507) ^ Math.imul(b ^ (b >>> 13), 3_266_489_909);
  const low = Math.imul(b ^ (b >>> 16), 2_246_822_507) ^ Math.imul(a ^ (a >>> 13), 3_266_489_909);
  return ((high & 0x1fffff) * 4_294_967_296 + (low >>> 0)) / 2 ** 53;
}
