/**
 * Purchases, one row each: who, when, how much, how many; order systems, spreadsheets, CDNOW.
 *
 * Amounts are in major units (yuan, dollars). Without a currency column they are in the deployment's currency.
 * Without an order number every row is a purchase of its own, equal ones too.
 */
export const orders = {
  description: 'Orders: user, time, amount, quantity',
  userId: [
    ...['user_id', 'userId', 'customer_id', 'customerId', 'Customer ID', 'member_id', 'buyer_id'],
    ...['用户ID', '会员ID', '客户ID', '买家ID'],
  ],
  time: {
    column: [
      ...['paid_at', 'pay_time', 'order_time', 'ordered_at', 'created_at', 'timestamp', 'time', 'date'],
      ...['支付时间', '付款时间', '下单时间', '日期'],
    ],
    format: ['iso', 'yyyyMMdd', 'yyyy/M/d[ H:mm[:ss]]', 'epoch-s', 'epoch-ms', 'yyyy年M月d日[ H:mm[:ss]]'],
  },
  event: 'Order Completed',
  properties: {
    order_id: { column: ['order_id', 'orderId', 'order_no', '订单号', '订单编号'], optional: true },
    total: {
      column: [
        ...['total', 'amount', 'paid_amount', 'revenue', 'dollar_value', 'price'],
        ...['实付金额', '实付金额(元)', '订单金额', '订单金额(元)', '金额'],
      ],
      type: 'money',
      unit: 'major',
    },
    currency: { column: ['currency', '币种'], optional: true },
    quantity: {
      column: ['quantity', 'qty', 'number_of_cds', '数量', '购买数量', '商品数量'],
      type: 'number',
      optional: true,
    },
    name: { column: ['product', 'product_name', 'item', '商品名称', '商品'], optional: true },
  },
};
