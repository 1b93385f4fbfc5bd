/**
 * Loaded before a block (`node --import`): connections to `FAR_SIDE_ADDRESS` end at `FAR_SIDE_PORT` of this machine, and say that
 * they did not. So a block that fetches pictures runs without the network, and the guard against private addresses stays as it is.
 */
import net from 'node:net';

const address = process.env['FAR_SIDE_ADDRESS'];
const port = Number(process.env['FAR_SIDE_PORT']);
const connect = net.Socket.prototype.connect;

net.Socket.prototype.connect = function redirected(...args) {
  const first = Array.isArray(args[0]) ? args[0][0] : args[0];
  if (typeof first !== 'object' || first === null || (first.host ?? first.hostname) !== address) return Reflect.apply(connect, this, args);
  Object.defineProperty(this, 'remoteAddress', { get: () => (this.destroyed ? undefined : address) });
  const target = { ...first, host: '127.0.0.1', port };
  if (Array.isArray(args[0])) args[0][0] = target;
  else args[0] = target;
  return Reflect.apply(connect, this, args);
};
