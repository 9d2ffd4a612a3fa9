// 小鹅通 exports what its shops choose, and has renamed columns over the years. The names below are those of its
// admin pages and of its open API (api-doc.xiaoe-tech.com); a shop's own variant needs a mapping of its own.
const USER_ID = ['用户ID', '用户 id', '用户编号', '买家ID', '学员ID', '会员ID', 'user_id'];
const ORDER_ID = ['订单号', '订单编号', '商家订单号', 'order_id'];
const PAID_AT = ['支付时间', '付款时间', '支付成功时间', '交易时间', 'pay_time'];
const REFUNDED_AT = ['退款时间', '退款成功时间', '退款完成时间', 'refund_time'];
const REFUND_AMOUNT = [
  '退款金额',
  '退款金额(元)',
  '已退款金额',
  '已退款金额(元)',
  '实际退款金额',
  '实退金额',
];
const TIME_FORMATS = ['iso', 'yyyy/M/d H:mm[:ss]', 'yyyy/M/d', 'yyyy年M月d日[ H:mm[:ss]]'];
const ZONE = 'Asia/Shanghai';

/**
 * 小鹅通 orders (订单管理 → 导出). A row counts as an order once it has a time of payment, whatever its state is by now
 * (unpaid ones are dropped), and as a refund too if money went back; the refund is dated by its own time if the
 * export has it, else by that of the payment. An order number is one order: exported again it changes, it does not
 * count again. Amounts are yuan.
 */
export const xiaoetongOrders = {
  description: '小鹅通 订单导出 (orders)',
  when: [{ column: PAID_AT, empty: false }],
  userId: USER_ID,
  time: { column: PAID_AT, format: TIME_FORMATS, zone: ZONE },
  event: 'Order Completed',
  messageId: { column: ORDER_ID, prefix: 'xiaoetong-order-' },
  properties: {
    order_id: { column: ORDER_ID },
    total: {
      column: [
        '实付金额',
        '实付金额(元)',
        '实际支付金额',
        '实收金额',
        '支付金额',
        '支付金额(元)',
        '付款金额',
        '订单实付金额',
      ],
      type: 'money',
      unit: 'yuan',
      currency: 'CNY',
    },
    name: { column: ['商品名称', '商品', '购买内容', '课程名称', '资源名称', 'goods_name'], optional: true },
    product_id: { column: ['商品ID', '商品编号', '资源ID', 'goods_id'], optional: true },
    quantity: { column: ['商品数量', '购买数量', '数量'], type: 'number', optional: true },
    category: { column: ['商品类型', '商品分类'], optional: true },
    state: { column: ['订单状态', '交易状态', '支付状态'], optional: true },
    channel: { column: ['订单来源', '支付渠道', '支付方式', '来源渠道'], optional: true },
    coupon: { column: ['优惠券名称', '优惠券'], optional: true },
  },
  also: [
    {
      when: [
        { column: PAID_AT, empty: false },
        { column: REFUND_AMOUNT, above: 0 },
      ],
      event: 'Order Refunded',
      time: { column: [...REFUNDED_AT, ...PAID_AT], format: TIME_FORMATS, zone: ZONE },
      messageId: { column: ORDER_ID, prefix: 'xiaoetong-refund-' },
      properties: {
        order_id: { column: ORDER_ID },
        total: { column: REFUND_AMOUNT, type: 'money', unit: 'yuan', currency: 'CNY', optional: true },
      },
    },
  ],
};

/**
 * 小鹅通 users (用户管理 → 导出): what is known of a member (`identify`), and the day they signed up, where the export says.
 */
export const xiaoetongUsers = {
  description: '小鹅通 用户导出 (users)',
  type: 'identify',
  userId: USER_ID,
  time: {
    column: ['注册时间', '创建时间', '首次访问时间', '加入时间', 'register_time', 'created_at'],
    format: TIME_FORMATS,
    zone: ZONE,
    optional: true,
  },
  messageId: { column: USER_ID, prefix: 'xiaoetong-user-' },
  traits: {
    name: { column: ['用户昵称', '昵称', '微信昵称', 'nickname'], optional: true },
    realName: { column: ['真实姓名', '姓名', 'name'], optional: true },
    phone: { column: ['手机号', '手机号码', '绑定手机号', '手机', 'phone'], optional: true },
    gender: { column: ['性别', 'gender'], optional: true },
    city: { column: ['城市', '所在城市', '地区', 'city'], optional: true },
    tags: { column: ['用户标签', '标签'], type: 'list', optional: true },
    source: { column: ['用户来源', '来源', '渠道来源', 'from'], optional: true },
    avatar: { column: ['头像', 'avatar'], optional: true },
  },
  also: [
    {
      type: 'track',
      when: [{ column: ['注册时间', 'register_time'], empty: false }],
      time: { column: ['注册时间', 'register_time'], format: TIME_FORMATS, zone: ZONE, optional: true },
      event: 'Signed Up',
      messageId: { column: USER_ID, prefix: 'xiaoetong-signup-' },
    },
  ],
};
