import type { Link } from './device.js';

/** Cost of a transfer as the planner counts it: a fixed part, and a part per byte. */
export interface TransferLink {
  /** Once per transfer: round trip, waits, and the headers around the request and its answer. */
  fixedSeconds: number;
  secondsPerByteUp: number;
  secondsPerByteDown: number;
  /** Energy of the edge's radio; absent where the link does not state both directions. */
  fixedJoules?: number;
  joulesPerByteUp?: number;
  joulesPerByteDown?: number;
}

/**
 * The cost of a transfer over a link: rtt + bytes * 8 / rate, with the headers of a message either way. 1 Mbps is 10^6
 * bit/s.
 *
 * - A byte of payload is {@link bytesOnAir} bytes on the link, in time, energy and price.
 * - A connection interval holds back the request and its answer by half of it each, and limits the rates by the packets
 * it takes.
 * - A duty cycle stretches the time of every byte: after each packet the sender is silent for as long as the rules ask.
 */
export function transferLink(link: Link): TransferLink {
  const { rtt, connectionInterval = 0, messageOverhead, energy } = link;
  const onAir = bytesOnAir(link);
  const secondsPerByteUp = (8 * onAir) / usableRate(link, link.uplink);
  const secondsPerByteDown = (8 * onAir) / usableRate(link, link.downlink);
  const time = {
    fixedSeconds: rtt + connectionInterval + messageOverhead * (secondsPerByteUp + secondsPerByteDown),
    secondsPerByteUp,
    secondsPerByteDown,
  };
  if (energy?.transmit === undefined || energy.receive === undefined) return time;
  const [joulesPerByteUp, joulesPerByteDown] = [onAir * energy.transmit, onAir * energy.receive];
  return {
    ...time,
    fixedJoules: messageOverhead * (joulesPerByteUp + joulesPerByteDown),
    joulesPerByteUp,
    joulesPerByteDown,
  };
}

/**
 * Bytes that the link carries for one byte of payload: with the headers of packets, and with packets sent again until
 * they arrive, 1 / (1 - loss) times on average (the mean of a geometric distribution).
 */
export function bytesOnAir({
  mtu,
  packetOverhead = 0,
  loss = 0,
}: Pick<Link, 'mtu' | 'packetOverhead' | 'loss'>): number {
  return (mtu === undefined ? 1 : mtu / (mtu - packetOverhead)) / (1 - loss);
}

/** Bits per second of a rate once connection intervals and duty cycle have taken their part. */
export function usableRate(
  { mtu, connectionInterval, packetsPerInterval, dutyCycle = 1 }: Omit<Link, 'rtt'>,
  rate: number,
): number {
  const limited = mtu !== undefined && connectionInterval !== undefined && packetsPerInterval !== undefined;
  return Math.min(rate, limited ? (8 * packetsPerInterval * mtu) / connectionInterval : rate) * dutyCycle;
}

/** US dollars per byte of payload, either way; 0 where the link states no price. */
export const dollarsPerByte = (link: Link): number => (link.price ?? 0) * bytesOnAir(link);
