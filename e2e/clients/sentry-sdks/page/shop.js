/** Three bugs, each its own. */
function checkTotal(order) {
  if (order.total > 40) {
    throw new RangeError(`a total of ${order.total} cannot be paid`);
  }
}

export function pay(order) {
  checkTotal(order);
}

export function refund(order) {
  return order.payment.id;
}

export function ship(order) {
  return order.address.street;
}
