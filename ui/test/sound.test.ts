import { expect, test } from 'vitest';

import { decode } from '../src/sound';

type Wav = { format?: number; channels?: number; rate?: number; bits?: number; data: number[]; before?: number[] };

function wav({ format = 1, channels = 1, rate = 16000, bits = 16, data, before = [] }: Wav): string {
  const u32 = (value: number) => [value & 255, (value >> 8) & 255, (value >> 16) & 255, (value >> 24) & 255];
  const u16 = (value: number) => u32(value).slice(0, 2);
  const name = (text: string) => [...text].map((letter) => letter.charCodeAt(0));
  const samples = bits === 8 ? data : data.flatMap(u16);
  const width = (bits / 8) * channels;
  const body = [
    ...name('WAVE'),
    ...before,
    ...name('fmt '), ...u32(16), ...u16(format), ...u16(channels), ...u32(rate), ...u32(rate * width), ...u16(width), ...u16(bits),
    ...name('data'), ...u32(samples.length), ...samples,
  ];
  return btoa(String.fromCharCode(...name('RIFF'), ...u32(body.length), ...body));
}

test('16 bits are read with their sign', () => {
  const { samples, rate } = decode(wav({ data: [0, 16384, -32768 & 0xffff] }));
  expect([...samples]).toEqual([0, 0.5, -1]);
  expect(rate).toBe(16000);
});

test('8 bits have their zero in the middle', () => {
  expect([...decode(wav({ bits: 8, rate: 8000, data: [128, 192, 0] })).samples]).toEqual([0, 0.5, -1]);
});

test('of two channels the first is heard', () => {
  expect([...decode(wav({ channels: 2, data: [16384, 0, 0, 16384] })).samples]).toEqual([0.5, 0]);
});

test('chunks that nobody knows are passed over, also those of an odd length', () => {
  const list = [...'LIST'].map((letter) => letter.charCodeAt(0));
  expect(decode(wav({ before: [...list, 3, 0, 0, 0, 1, 2, 3, 0], data: [16384] })).samples.length).toBe(1);
});

test.each([
  ['no file', btoa('nothing of that kind')],
  ['no PCM', wav({ format: 3, data: [0] })],
  ['no sound', btoa('RIFF\u0004\0\0\0WAVE')],
])('%s is refused', (_, file) => {
  expect(() => decode(file)).toThrow();
});
