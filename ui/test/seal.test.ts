import { createDecipheriv, createECDH, hkdfSync } from 'node:crypto';

import { expect, test, vi } from 'vitest';

import * as ipc from '../src/ipc.fake';
import { getReady, seal } from '../src/seal';
import { opened } from './draw';

/** OpenSSL's own pieces, so that the page is not checked against itself. */
async function sealAndOpen(secret: string): Promise<{ sealed: Buffer; plain: string }> {
  const ecdh = createECDH('prime256v1');
  ecdh.generateKeys();
  const id = Buffer.from('8 bytes!');
  vi.spyOn(ipc, 'key').mockResolvedValueOnce({ id: id.toString('base64'), public: ecdh.getPublicKey('base64') });
  const sealed = Buffer.from(await seal(secret), 'base64');
  const shared = ecdh.computeSecret(sealed.subarray(8, 73));
  const key = Buffer.from(hkdfSync('sha256', shared, Buffer.alloc(0), 'latchkey/seal/v1', 32));
  const aes = createDecipheriv('aes-256-gcm', key, sealed.subarray(73, 85));
  aes.setAuthTag(sealed.subarray(-16));
  const plain = Buffer.concat([aes.update(sealed.subarray(85, -16)), aes.final()]).toString();
  return { sealed, plain };
}

test.each(['', 'correct horse battery staple', 'مفتاح البيت 🦆', 'x'.repeat(5000)])('what is sealed opens to what was typed: %.20s', async (secret) => {
  const { sealed, plain } = await sealAndOpen(secret);
  expect(plain).toBe(secret);
  expect(sealed.subarray(0, 8).toString()).toBe('8 bytes!');
  expect(sealed[8]).toBe(4);
  expect(sealed.length).toBe(8 + 65 + 12 + Buffer.byteLength(secret) + 16);
});

test('every value has a key of its own', async () => {
  const [one, two] = [await seal('same'), await seal('same')];
  expect(one.slice(0, 10)).not.toBe(two.slice(0, 10));
  expect(await opened(one)).toBe('same');
  await expect(opened(one)).rejects.toThrow('used');
  expect(await opened(two)).toBe('same');
});

test('what was made ready is used once, and what could not be made is made again', async () => {
  const asked = vi.spyOn(ipc, 'key').mockClear();
  getReady();
  getReady();
  expect(asked).toHaveBeenCalledOnce();
  const [one, two] = [await seal('first'), await seal('second')];
  expect(asked).toHaveBeenCalledTimes(2);
  expect(await opened(one)).toBe('first');
  expect(await opened(two)).toBe('second');

  asked.mockRejectedValueOnce(new Error('the app is gone'));
  getReady();
  expect(await opened(await seal('third'))).toBe('third');
});
