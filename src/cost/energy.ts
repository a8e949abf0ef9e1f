import type { LayerShape } from '../calibrate/profile.js';
import type { DeviceEnergy } from '../config/preset.js';
import type { Device, OperandBits } from './device.js';
import { atPrecision } from './precision.js';
import { layerTraffic } from './traffic.js';

/** What of an edge device tells its energy. */
export type EnergyDevice = (Device | { kind: 'table' }) & {
  energy?: DeviceEnergy;
  power?: { active: number; idle: number };
};

/**
 * Joules of a layer beside the idle power of the device.
 *
 * - Where the device states energy per multiply-accumulate at these bits or wider ones: macs * energy, plus the bytes
 * of on- and
 *   off-chip traffic times theirs, as far as it states them (Horowitz, "Computing's energy problem", ISSCC 2014).
 * - Else where it states its power: seconds * (active - idle).
 * @returns undefined where it states neither
 */
export function edgeJoules(
  device: EnergyDevice,
  shape: LayerShape,
  bits: OperandBits,
  seconds: number,
): number | undefined {
  const { energy, power } = device;
  const mac = energy?.mac && atPrecision(energy.mac, bits);
  if (mac !== undefined) {
    const { onChip, offChip } = layerTraffic(device, shape, bits);
    return shape.macs * mac + onChip * (energy?.onChip ?? 0) + offChip * (energy?.offChip ?? 0);
  }
  return power && seconds * (power.active - power.idle);
}
